import Casework
import Testing

@Suite struct SlugTests {
  @Test(
    "A type's name becomes words with dashes",
    arguments: [
      ("VirgoAutoencoder", "virgo-autoencoder"), ("MnistCHeader", "mnist-c-header"),
      ("CMSAnomalyAutoencoder", "cms-anomaly-autoencoder"),
      ("LhcbMasterclass", "lhcb-masterclass"),
      ("Inferno", "inferno"), ("LungSegmentationUNet", "lung-segmentation-u-net"),
    ])
  func typeNameBecomesSlug(name: String, slug: String) {
    #expect(Slug(typeName: name).rawValue == slug)
  }

  @Test(arguments: ["", "-a", "a-", "a--b", "A", "a_b", "é", "../a", "a b"])
  func textThatIsNoSlugIsRefused(text: String) {
    #expect(Slug(rawValue: text) == nil)
  }
}
