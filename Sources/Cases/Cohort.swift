import Casework
import Datasets
import Learning
import Randomness
import Tensors

/// Patients in three parts; of each, kinds of data.
struct Cohort: Sendable {
  let training, validation, test: Modalities
  let names: [String]
}

extension Cohort {
  init(_ images: MedicalImages) {
    func part(_ part: MedicalImages.Part) -> Modalities {
      Modalities(kinds: [images.digits(part).images, part.records.tensor], labels: part.labels)
    }
    self.init(
      training: part(images.training), validation: part(images.validation),
      test: part(images.test), names: ["image", "record"])
  }

  /// Tumours: means, errors and worst values of ten measures are the kinds; 60, 20 and 20 %.
  init(_ table: BreastTumours, from stream: RandomStream) {
    var stream = stream
    let order = table.labels.indices.shuffled(using: &stream)
    let (first, second) = (order.count * 3 / 5, order.count * 4 / 5)
    func part(_ rows: ArraySlice<Int>) -> Modalities {
      Modalities(
        kinds: (0..<3).map { kind in
          rows.map { Array(table.rows[$0][10 * kind..<10 * kind + 10]) }.tensor
        }, labels: rows.map { table.labels[$0] })
    }
    self.init(
      training: part(order[..<first]), validation: part(order[first..<second]),
      test: part(order[second...]), names: ["means", "errors", "worst"])
  }
}
