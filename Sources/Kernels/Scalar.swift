#if DoublePrecision
  /// The number type of every computation: here that of the oracle, computed by plain loops.
  package typealias Scalar = Double
#else
  /// The number type of every computation.
  package typealias Scalar = Float
#endif
