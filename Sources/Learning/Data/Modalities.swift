public import Tensors

/// Examples of which several kinds of data are known, such as an image and a record, with their class.
public struct Modalities: Sendable {
  /// Of each kind images `[count, 1, height, width]` or rows `[count, columns]`.
  public var kinds: [Tensor]
  /// 0 or 1 for each example.
  public let labels: [Int]

  public init(kinds: [Tensor], labels: [Int]) { (self.kinds, self.labels) = (kinds, labels) }

  public var count: Int { labels.count }

  /// Returns the data of some examples, kind by kind.
  public func rows(_ indices: ArraySlice<Int>) -> [Tensor] { kinds.map { $0.rows(indices) } }

  /// Returns the examples with one kind replaced by its mean over others: what is left of a decision
  /// without it.
  public func withMean(of other: Modalities, inPlaceOf kind: Int) -> Modalities {
    var copy = self
    copy.kinds[kind] = other.kinds[kind].mean(along: 0, keepingAxes: true)
      .broadcast(to: kinds[kind].shape)
    return copy
  }
}

extension FusionNetwork {
  /// Returns the log-odds of class 1 for each example.
  public func logOdds(of data: Modalities) -> [Double] {
    stride(from: 0, to: data.count, by: 512).flatMap { first in
      let rows = Array(first..<min(first + 512, data.count))
      return self(data.rows(rows[...]), in: .inference).scalars.map { Double($0) }
    }
  }
}
