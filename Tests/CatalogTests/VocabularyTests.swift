import Casework
import Testing

@testable import Catalog

@Suite struct VocabularyTests {
  @Test(arguments: [
    (
      Vocabulary.goal, "Density estimation and classification",
      [
        "Density estimation", "Classification",
      ]
    ),
    (.goal, "Self-supervised, clustering", ["Self-supervised", "Clustering"]),
    (.algorithms, "CNN, LSTM", ["CNN", "LSTM"]),
    (.algorithms, "Grid + Random", ["Grid", "Random"]),
    (.field, "High Energy Physics, Computing", ["High Energy Physics", "Computing"]),
    (.field, "", []),
    (.tools, "Word2Vec + Rake + sklearn", ["Word2Vec", "Rake", "sklearn"]),
    (.tools, "Optuna, Hopaas (INFN, later hackathons)", ["Optuna", "Hopaas"]),
    (.tools, "none (own reimplementation)", ["none"]),
    (.tools, "Keras + Tensorflow (inferred)", ["Keras", "Tensorflow"]),
  ])
  func aColumnIsSplitIntoTerms(vocabulary: Vocabulary, text: String, terms: [String]) {
    #expect(vocabulary.terms(of: text) == terms)
    #expect(terms.allSatisfy(vocabulary.terms.contains))
  }

  @Test(arguments: Vocabulary.allCases)
  func termsAreDistinct(vocabulary: Vocabulary) {
    #expect(Set(vocabulary.terms).count == vocabulary.terms.count)
  }

  @Test(arguments: [
    ("auc", Metric.Better.higher), ("auc_hot", .higher), ("auc_error", .lower),
    ("psnr_gain", .higher), ("mse_train", .lower), ("max_abs_dp", .lower), ("fpr95_far", .lower),
  ])
  func theLongestNameOfTheGlossaryIsMeant(metric: String, better: Metric.Better) {
    #expect(Glossary.sense(of: metric)?.better == better)
  }

  @Test(arguments: ["bayes_auc", "parameters", "aucs", "random_deletion_auc"])
  func otherNamesAreFree(metric: String) {
    #expect(Glossary.sense(of: metric) == nil)
  }
}
