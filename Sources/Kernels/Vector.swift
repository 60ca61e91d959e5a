/// What the elementwise kernels compute with: in Float four SSE registers, or one of AVX-512.
typealias Vector = SIMD16<Scalar>
/// Half of one: eight channels of a pixel.
typealias HalfVector = SIMD8<Scalar>

extension UnsafeMutablePointer<Scalar> {
  /// The vector that starts at an offset.
  @inline(__always) subscript(vector offset: Int) -> Vector {
    get { UnsafeRawPointer(self + offset).loadUnaligned(as: Vector.self) }
    nonmutating set {
      UnsafeMutableRawPointer(self + offset).storeBytes(of: newValue, as: Vector.self)
    }
  }

  /// The half of a vector that starts at an offset.
  @inline(__always) subscript(half offset: Int) -> HalfVector {
    get { UnsafeRawPointer(self + offset).loadUnaligned(as: HalfVector.self) }
    nonmutating set {
      UnsafeMutableRawPointer(self + offset).storeBytes(of: newValue, as: HalfVector.self)
    }
  }
}

/// The fewest scalars that are worth a thread where a few operations are done to each.
let elementGrain = 1 << 16
