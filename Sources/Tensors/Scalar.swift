#if DoublePrecision
  /// The number type of every tensor: here that of the oracle.
  public typealias Scalar = Double
#else
  /// The number type of every tensor.
  public typealias Scalar = Float
#endif
