public import Foundation
public import Tensors
import func Kernels.require

/// Named arrays in the [safetensors](https://huggingface.co/docs/safetensors) format, which Python
/// reads too: an 8-byte length, a JSON header, and the bytes.
///
/// ```swift
/// let data = model.checkpoint().encoded()
/// try model.restore(from: Safetensors(decoding: data))
/// ```
public struct Safetensors: Hashable, Sendable {
  /// The kinds of numbers that are read; `F64`, `I64`, `F32` and `U8` are written too.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case f64 = "F64"
    case i64 = "I64"
    case f32 = "F32"
    case u8 = "U8"
    case u64 = "U64"
    case i32 = "I32"
    case u32 = "U32"
    case i16 = "I16"
    case u16 = "U16"
    case f16 = "F16"
    case bf16 = "BF16"
    case i8 = "I8"
    case bool = "BOOL"

    /// The number of bytes of a number.
    public var size: Int {
      switch self {
      case .f64, .i64, .u64: 8
      case .f32, .i32, .u32: 4
      case .i16, .u16, .f16, .bf16: 2
      case .u8, .i8, .bool: 1
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
    require(
      numbers.count == shape.reduce(1, *), "\(numbers.count) numbers do not fill shape \(shape)")
    self.init(kind: kind, shape: shape, bytes: Data(numbers: numbers))
  }

  /// The numbers, each as the nearest `Double`.
  public var numbers: [Double] {
    switch kind {
    case .f64: bytes.numbers(of: UInt64.self).map { Double(bitPattern: $0) }
    case .f32: bytes.numbers(of: UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .i64: bytes.numbers(of: UInt64.self).map { Double(Int64(bitPattern: $0)) }
    case .u64: bytes.numbers(of: UInt64.self).map { Double($0) }
    case .i32: bytes.numbers(of: UInt32.self).map { Double(Int32(bitPattern: $0)) }
    case .u32: bytes.numbers(of: UInt32.self).map { Double($0) }
    case .i16: bytes.numbers(of: UInt16.self).map { Double(Int16(bitPattern: $0)) }
    case .u16: bytes.numbers(of: UInt16.self).map { Double($0) }
    case .f16: bytes.numbers(of: UInt16.self).map { Double(Float16(bitPattern: $0)) }
    case .bf16:
      bytes.numbers(of: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .i8: bytes.map { Double(Int8(bitPattern: $0)) }
    case .u8, .bool: bytes.map { Double($0) }
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
