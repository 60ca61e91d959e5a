import Casework
import Datasets
import Foundation
import Learning
import Tensors

extension ConvolutionalClassifier {
  /// Returns a network that has learned to read digits, with Adam and batches of 64.
  ///
  /// - Parameters:
  ///   - digits: With labels from 0.
  ///   - name: What its streams are called.
  ///   - epochs: How often the digits are gone through.
  ///   - learningRate: Of Adam.
  ///   - isReported: Whether the session is told of each epoch and given the network's summary.
  ///   - session: Of the run.
  /// - Returns: The network.
  /// - Throws: What ends the training or the writing of the summary.
  static func trained(
    on digits: Digits, named name: String, epochs: Int, learningRate: Double = 1e-3,
    isReported: Bool = false, in session: Session
  ) throws -> Self {
    var weights = session.stream("\(name) weights")
    var model = Self(
      width: digits.width, height: digits.height, classes: (digits.labels.max() ?? 0) + 1,
      using: &weights)
    let batches = Batches(
      of: digits.images, targets: digits.labels.tensor, size: 64,
      shuffledBy: session.stream("\(name) batches"))
    var trainer = Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
    if isReported {
      let layers = Sequential(model.features.layers + [model.head])
      try session.network(of: layers, for: digits.prefix(1).images)
      trainer = try trainer.reporting(to: session, of: Self.self)
    }
    try trainer.fit(&model, to: batches) { softmaxCrossEntropy($0($1.input), $1.target) }
    return model
  }

  /// The share of digits that are read right.
  func accuracy(on digits: Digits) -> Double {
    Learning.accuracy(of: predictions(for: digits.images).rowArgMax, labels: digits.labels)
  }

  /// The area under the ROC curve where there are two classes; else not a number.
  func area(on digits: Digits) -> Double {
    let logits = predictions(for: digits.images).scalars.map { Double($0) }
      .chunked(by: head.bias.shape.count)
    guard logits[0].count == 2 else { return .nan }
    return auc(scores: logits.map { $0[1] - $0[0] }, labels: digits.labels)
  }
}
