#if !DoublePrecision
  import CVectors

  /// How many bits the vectors of the processor have that loops run on; every width gives the same
  /// bits, but for products, which on 128 bits round before they add.
  package enum VectorWidth {
    /// The width in use: 128, 256 or 512.
    package static var bits: Int { Int(vectors_width()) }

    /// Whether the processor computes convolutions by tiles, whatever the width in use.
    package static var hasTiles: Bool { vectors_have_tiles() != 0 }

    /// Takes this width from now on, or the widest below it that the processor has.
    package static func use(_ bits: Int) { vectors_use(Int32(bits)) }
  }
#endif
