public import Foundation
public import Tensors

/// Named arrays in the [safetensors](https://huggingface.co/docs/safetensors) format, which Python
/// reads too: an 8-byte length, a JSON header, and the bytes.
///
/// ```swift
/// let data = model.checkpoint().encoded()
/// try model.restore(from: Safetensors(decoding: data))
/// ```
public struct Safetensors: Hashable, Sendable {
  /// The kinds of numbers that are read and written.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case f64 = "F64"
    case i64 = "I64"
    case f32 = "F32"
    case u8 = "U8"

    /// The number of bytes of a number.
    public var size: Int {
      switch self {
      case .f64, .i64: 8
      case .f32: 4
      case .u8: 1
      }
    }
  }

  /// One array.
  public struct Entry: Hashable, Sendable {
    /// The kind of its numbers.
    public let kind: Kind
    /// Its extents, outermost first.
    public let shape: [Int]
    /// Its numbers in row-major order, least significant byte first.
    public let bytes: Data

    init(kind: Kind, shape: [Int], bytes: Data) {
      (self.kind, self.shape, self.bytes) = (kind, shape, bytes)
    }
  }

  /// The arrays by name.
  public var entries: [String: Entry] = [:]
  /// Texts that belong to the file.
  public var metadata: [String: String] = [:]

  /// Creates an empty file.
  public init() {}

  /// Adds a tensor, in the precision that it has.
  public subscript(name: String) -> Tensor? {
    get { entries[name]?.tensor }
    set { entries[name] = newValue.map(Entry.init) }
  }
}

extension Safetensors.Entry {
  /// Creates an array of the tensor's own precision.
  public init(_ tensor: Tensor) {
    self.init(
      kind: Scalar.self == Double.self ? .f64 : .f32, shape: tensor.shape.extents,
      bytes: Data(numbers: tensor.scalars))
  }

  /// Creates an array of 64-bit numbers.
  public init(_ numbers: [Double], shape: [Int]) {
    self.init(numbers, kind: .f64, shape: shape)
  }

  /// Creates an array of integers.
  public init(_ numbers: [Int64], shape: [Int]) {
    self.init(numbers, kind: .i64, shape: shape)
  }

  /// Creates an array of bytes.
  public init(_ numbers: [UInt8], shape: [Int]) {
    self.init(numbers, kind: .u8, shape: shape)
  }

  private init<Number>(_ numbers: [Number], kind: Safetensors.Kind, shape: [Int]) {
    precondition(
      numbers.count == shape.reduce(1, *), "\(numbers.count) numbers do not fill shape \(shape)")
    self.init(kind: kind, shape: shape, bytes: Data(numbers: numbers))
  }

  /// The numbers, each as the nearest `Double`.
  public var numbers: [Double] {
    switch kind {
    case .f64: bytes.numbers(of: UInt64.self).map { Double(bitPattern: $0) }
    case .f32: bytes.numbers(of: UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .i64: bytes.numbers(of: UInt64.self).map { Double(Int64(bitPattern: $0)) }
    case .u8: bytes.map(Double.init)
    }
  }

  /// The integers, or `nil` if the numbers are of another kind.
  public var integers: [Int64]? {
    kind == .i64 ? bytes.numbers(of: UInt64.self).map { Int64(bitPattern: $0) } : nil
  }

  /// The tensor of the numbers, or `nil` if it has more axes than a tensor may have.
  public var tensor: Tensor? {
    guard shape.count <= 6 else { return nil }
    #if !DoublePrecision
      if kind == .f32 {
        return Tensor(
          bytes.numbers(of: UInt32.self).map { Float(bitPattern: $0) }, shape: Shape(shape))
      }
    #endif
    return Tensor(numbers.map { Scalar($0) }, shape: Shape(shape))
  }
}

extension Data {
  fileprivate init<Number>(numbers: [Number]) {
    #if _endian(big)
      #error("safetensors hold the least significant byte first")
    #endif
    self = numbers.withUnsafeBytes { Data($0) }
  }

  fileprivate func numbers<Number: FixedWidthInteger>(of _: Number.Type) -> [Number] {
    withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size).map {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Number.self))
      }
    }
  }
}
