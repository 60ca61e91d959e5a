extension ConvolutionProblem {
  /// How many multiplications the convolution, or its transpose, takes.
  package var multiplications: Int {
    outputExtents.reduce(1, *) * weightExtents.dropFirst().reduce(1, *)
  }
}
