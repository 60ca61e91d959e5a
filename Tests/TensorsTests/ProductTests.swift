import Kernels
import Testing

@testable import Tensors

@Suite struct ProductTests {
  private static let extents = [
    ProductExtents(rows: 1, inner: 1, columns: 1), ProductExtents(rows: 5, inner: 17, columns: 3),
    ProductExtents(rows: 50, inner: 16, columns: 50),
    ProductExtents(rows: 2, inner: 0, columns: 3),
  ]

  @Test(arguments: extents, [(false, false), (false, true), (true, false), (true, true)])
  func batchedProductIsThatOfReference(_ extents: ProductExtents, transposed: (Bool, Bool)) {
    let t = Transposition(left: transposed.0, right: transposed.1)
    let (a, b) = (
      wave([3, extents.rows * extents.inner]), wave([3, extents.inner * extents.columns], from: 4)
    )
    let found = batchedProduct(a.plain, b.plain, count: 3, extents, transposing: t).array
    let expected = Reference.batchedProduct(
      a.scalars.map { Double($0) }, b.scalars.map { Double($0) }, count: 3, extents,
      transposing: t)
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
  }

  @Test func leadingAxesStretch() {
    let (a, b) = (wave([2, 1, 2, 3]), wave([4, 3, 2], from: 7))
    let product = matmul(a, b)
    #expect(product.shape == [2, 4, 2, 2])
    for (i, j) in [(0, 0), (1, 3)] {
      let single = matmul(
        a.rows(i..<i + 1).reshaped(to: [2, 3]), b.rows(j..<j + 1).reshaped(to: [3, 2]))
      let found = product.rows(i..<i + 1).slice(j..<j + 1, along: 1)
      #expect(zip(found.scalars, single.scalars).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  /// Sums over all positions, one after the other.
  @Test(
    "Einstein's notation is a sum over positions",
    arguments: [
      "bhid,bhjd->bhij", "bhij,bhjd->bhid", "bhij,bhjd->bihd", "ij,jk->ik", "ij,kj->ki", "i,j->ji",
      "ijk->ki", "ijk->", "ij,ij->", "aij,ai->ja", "ij,kl->il", "bij,bj->bi",
    ])
  func einsumIsSum(_ rule: String) {
    let extents: [Character: Int] = [
      "a": 2, "b": 3, "d": 5, "h": 2, "i": 3, "j": 4, "k": 2, "l": 3,
    ]
    let sides = rule.split(separator: "-", omittingEmptySubsequences: false)
    let names = sides[0].split(separator: ",").map(Array.init)
    let factors = names.enumerated().map { index, axes in
      wave(Shape(axes.compactMap { extents[$0] }), from: index * 5)
    }
    let result = Array(sides[1].dropFirst())
    let found =
      factors.count == 1 ? einsum(rule, factors[0]) : einsum(rule, factors[0], factors[1])
    let shape = Shape(result.compactMap { extents[$0] })
    #expect(found.shape == shape)
    var expected = Tensor(repeating: 0, shape: shape).scalars
    let letters = Array(Set(names.joined())).sorted()
    visit(letters, extents) { position in
      func offset(_ axes: [Character]) -> Int {
        axes.reduce(0) { $0 * (extents[$1] ?? 1) + (position[$1] ?? 0) }
      }
      expected[offset(result)] += zip(names, factors).reduce(1) {
        $0 * $1.1.scalars[offset($1.0)]
      }
    }
    #expect(zip(found.scalars, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  private func visit(
    _ letters: [Character], _ extents: [Character: Int], _ body: ([Character: Int]) -> Void
  ) {
    var position: [Character: Int] = [:]
    func next(_ index: Int) {
      guard index < letters.count else { return body(position) }
      for value in 0..<(extents[letters[index]] ?? 1) {
        position[letters[index]] = value
        next(index + 1)
      }
    }
    next(0)
  }

  @Test func wrongAxesNameThemselves() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = einsum(
        "ij,jk->ik", Tensor(repeating: 0, shape: [2, 3]), Tensor(repeating: 0, shape: [4, 2]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("the axis j of \"ij,jk->ik\" differs between shapes [[2, 3], [4, 2]]"))
  }
}
