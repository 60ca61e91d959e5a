import Foundation
import Testing

@testable import Tensors

/// What the functions do at the ends of the number range.
@Suite struct LimitTests {
  private func value(_ function: (Tensor) -> Tensor, _ scalar: Scalar) -> Scalar {
    function(Tensor([scalar], shape: [1])).scalar
  }

  @Test func exponentialOverflowsAndUnderflowsAsInLibm() {
    for scalar: Scalar in [88.5, 88.7, 88.72, 89, 1000, -87, -88, -95, -103, -104, -1000, 0] {
      let expected = Foundation.exp(scalar)
      let found = value(exp, scalar)
      #expect(
        found == expected || abs(found / expected - 1) < 3e-7
          || abs(found - expected) <= 2 * .leastNonzeroMagnitude, "exp(\(scalar))")
    }
    #expect(value(exp, .infinity) == .infinity)
    #expect(value(exp, -.infinity) == 0)
    #expect(value(exp, .nan).isNaN)
  }

  @Test func logarithmKeepsItsLimits() {
    for scalar: Scalar in [
      .leastNormalMagnitude / 64, .leastNormalMagnitude, 1e-20, 0.99999, 1, 1.00001, 0.7071, 1e30,
    ] {
      let expected = Foundation.log(scalar)
      #expect(abs(value(log, scalar) - expected) <= 2e-7 * max(abs(expected), 1e-5), "\(scalar)")
    }
    #expect(value(log, 0) == -.infinity)
    #expect(value(log, -1).isNaN)
    #expect(value(log, .nan).isNaN)
    #expect(value(log, .infinity) == .infinity)
  }

  @Test func wavesAndErrorFunctionAreThoseOfLibm() {
    for step in -400...400 {
      let scalars: [Scalar] = [Scalar(step) * 0.0317, Scalar(step) * 1234.567]
      for scalar in scalars + [Scalar(step) * 1e7] {
        #expect(abs(value(sin, scalar) - Foundation.sin(scalar)) < 2.5e-7, "sin(\(scalar))")
        #expect(abs(value(cos, scalar) - Foundation.cos(scalar)) < 2.5e-7, "cos(\(scalar))")
      }
      let expected = Foundation.erf(scalars[0])
      #expect(abs(value(erf, scalars[0]) - expected) <= 3e-7 * abs(expected))
    }
    #expect(value(sin, 1e30) == Foundation.sin(1e30) && value(cos, 1e30) == Foundation.cos(1e30))
    #expect(value(sin, .infinity).isNaN && value(cos, .nan).isNaN && value(erf, .nan).isNaN)
    #expect(value(erf, .infinity) == 1 && value(erf, -9) == -1)
  }

  @Test func notANumberGoesThrough() {
    let functions: [(Tensor) -> Tensor] = [relu, tanh, sigmoid, softplus, abs, sqrt, { $0.max() }]
    for function in functions { #expect(value(function, .nan).isNaN) }
    #expect(maximum(Tensor(.nan), 1).scalar.isNaN && maximum(1, Tensor(.nan)).scalar.isNaN)
  }

  @Test func activationsSaturate() {
    #expect(value(tanh, 1000) == 1 && value(tanh, -1000) == -1)
    #expect(value(sigmoid, 1000) == 1 && value(sigmoid, -1000) == 0)
    #expect(value(softplus, 1000) == 1000 && value(softplus, -1000) == 0)
    #expect(abs(value(softplus, -20) / Foundation.exp(-20) - 1) < 1e-6)
  }

  @Test func smallSlopesOfSoftplusAreNotLost() {
    let x = Tensor([-20], shape: [1]).asVariable()
    let slope = gradients(of: softplus(x), at: [x])[0].scalar
    #expect(abs(slope / Foundation.exp(-20) - 1) < 1e-5)
  }

  @Test(arguments: [-0.001, -1, -10, -17, -20, -50, -80])
  func smallSlopesOfELUAreNotLost(argument: Double) {
    let x = Tensor([Scalar(argument), 2], shape: [1, 2]).asVariable()
    let (one, none) = (Tensor([1, 0, 0, 1], shape: [2, 2]), Tensor(repeating: 0, shape: [2]))
    let kernels = Tensor([1], shape: [1, 1, 1])
    let values = [
      activate(x, .elu), linear(x, one, none, activation: .elu),
      convolution(
        x.reshaped(to: [1, 1, 2]), kernels, Tensor(repeating: 0, shape: [1]), activation: .elu),
    ]
    for value in values {
      for keepsGraph in [false, true] {
        let slopes = gradients(of: value.sum(), at: [x], keepingGraph: keepsGraph)[0]
        #expect(abs(Double(slopes.scalars[0]) / Foundation.exp(argument) - 1) < 1e-6)
        #expect(slopes.scalars[1] == 1)
      }
    }
  }

  @Test func bendOfELUIsItsSlopeBelowZero() {
    let x = Tensor([-20, -1, 1, 100], shape: [4]).asVariable()
    let slopes = gradients(of: activate(x, .elu).sum(), at: [x], keepingGraph: true)
    let bends = gradients(of: slopes[0].sum(), at: [x], keepingGraph: true)
    for bend in bends + gradients(of: bends[0].sum(), at: [x]) {
      for (found, argument) in zip(bend.scalars, [-20.0, -1]) {
        #expect(abs(Double(found) / Foundation.exp(argument) - 1) < 1e-6)
      }
      #expect(bend.scalars.suffix(2) == [0, 0])
    }
  }

  @Test func lossesOfLargeLogitsAreExact() {
    let logits = Tensor([1000, 0, -1000, 500, 500, -2000], shape: [2, 3])
    let loss = softmaxCrossEntropy(logits, Tensor([1, 0], shape: [2]))
    #expect(abs(loss.scalar - (1000 + Scalar(Foundation.log(2.0))) / 2) < 1e-3)
    #expect(softmax(logits).scalars.prefix(3) == [1, 0, 0])
    #expect(logSoftmax(logits).scalars.prefix(3) == [0, -1000, -2000])
    let binary = sigmoidCrossEntropy(
      Tensor([500, -500, 500], shape: [3]), Tensor([1, 0, 0], shape: [3]))
    #expect(abs(binary.scalar - 500.0 / 3) < 1e-4)
  }
}
