extension ConvolutionProblem {
  /// How many multiplications the convolution, or its transpose, takes.
  package var multiplications: Int {
    outputExtents.reduce(1, *) * weightExtents.dropFirst().reduce(1, *)
  }

  /// Whether Winograd's minimal filtering is the faster: it computes tiles of 4×4 pixels with a
  /// quarter of the multiplications (Lavin and Gray, arXiv:1509.09308), but transforms every tile
  /// and the weight.
  ///
  /// It is asked of oneDNN, which has it on vectors of 512 bits alone; on those of 256 bits there are
  /// loops of our own, with bounds and errors of their own: see `suitsTiles`.
  ///
  /// The bounds are where it was measured to win in each direction, by 1.1 to 4 times. Its sums are
  /// rounded in another order: against Double, results differ by 5 to 10 parts in ten million of
  /// their size where the plain sum's differ by 2, and gradients of weights by less than its.
  package var suitsWinograd: Bool {
    guard groups == 1, axes.count == 2, inputs >= 32, outputs >= 32,
      axes.allSatisfy({ $0.kernel == 3 && $0.stride == 1 && $0.dilation == 1 })
    else { return false }
    let tiles = axes.reduce(batch) { $0 * (($1.positions + 3) / 4) }
    let pixels = axes.reduce(batch) { $0 * $1.positions }
    return tiles >= 32 && pixels >= 12 * tiles
  }
}
