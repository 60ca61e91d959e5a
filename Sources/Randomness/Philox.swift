/// The counter-based generator Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, *Parallel random
/// numbers: as easy as 1, 2, 3*, SC11, [10.1145/2063384.2063405](https://doi.org/10.1145/2063384.2063405)).
///
/// A block of four numbers is a function of a counter and a key alone: a stream needs no state but
/// its position, and no stream can run into another.
public enum Philox {
  /// Returns the block of a counter under a key.
  public static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // Scalars: vectors of four would be taken apart and put together in each round.
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let a = UInt64(x0) &* 0xD251_1F53
      let b = UInt64(x2) &* 0xCD9E_8D57
      (x0, x1, x2, x3) = (
        UInt32(truncatingIfNeeded: b >> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x3 ^ k1, UInt32(truncatingIfNeeded: a)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }
}
