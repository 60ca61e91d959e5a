public import Tensors
import func Kernels.require

/// Takes the greatest pixel of each channel in each place of a window.
public struct MaxPooling: Layer {
  private let kernel: PerAxis
  private let window: Window?

  public static var parts: [Part<Self>] { [] }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - kernel: The extents of the window.
  ///   - window: How it moves; `nil` by its own extents.
  public init(_ kernel: PerAxis, window: Window? = nil) {
    (self.kernel, self.window) = (kernel, window)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    maximumPooling(input, kernel: kernel, window: window)
  }
}

/// Takes the mean pixel of each channel in each place of a window.
public struct AveragePooling: Layer {
  private let kernel: PerAxis
  private let window: Window?
  private let countsPadding: Bool

  public static var parts: [Part<Self>] { [] }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - kernel: The extents of the window.
  ///   - window: How it moves; `nil` by its own extents.
  ///   - countingPadding: Whether zeros around the image are counted: as in PyTorch, not in Keras.
  public init(_ kernel: PerAxis, window: Window? = nil, countingPadding: Bool = false) {
    (self.kernel, self.window, countsPadding) = (kernel, window, countingPadding)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    averagePooling(input, kernel: kernel, window: window, countingPadding: countsPadding)
  }
}

/// Takes the mean pixel of each channel: one row of channels for each image.
public struct GlobalAveragePooling: Layer {
  public static var parts: [Part<Self>] { [] }

  /// Creates the layer.
  public init() {}

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    globalAveragePooling(input)
  }
}

/// Draws images larger by whole factors.
public struct Upsampling: Layer {
  private let factor: PerAxis
  private let interpolation: Interpolation

  public static var parts: [Part<Self>] { [] }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - factor: By how much an image extends further.
  ///   - interpolation: How a pixel is drawn.
  public init(_ factor: PerAxis, by interpolation: Interpolation = .nearest) {
    (self.factor, self.interpolation) = (factor, interpolation)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    require(input.shape.rank > 2, "a batch of shape \(input.shape) has no pixels")
    return input.resized(
      to: (2..<input.shape.rank).map { input.shape[$0] * factor[$0 - 2] }, by: interpolation)
  }
}
