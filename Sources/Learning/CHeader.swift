import Foundation
import func Kernels.require

/// A network of dense layers as one C99 header that needs nothing but `math.h`.
///
/// The convention is that of scikinC (Anderlini, [github.com/landerlini/scikinC](https://github.com/landerlini/scikinC)):
/// `float *<name>_predict(float *out, const float *in)`, shapes and weights in the text. Every
/// weight is printed with nine significant digits, which give a 32-bit float back bit for bit.
public struct CHeader: Sendable {
  /// How the weights are written.
  public enum Precision: String, Sendable {
    /// As 32-bit floats.
    case float
    /// As 8-bit integers with one 32-bit scale for each output of a layer.
    case int8
  }

  /// A dense layer: `activation(input · weight + bias)`.
  public struct Layer: Sendable {
    /// Row-major, `[inputs, outputs]`.
    public let weight: [Float]
    /// One for each output.
    public let bias: [Float]
    /// `relu`, or `identity` for logits.
    public let isRectified: Bool

    /// Creates a layer.
    public init(weight: [Float], bias: [Float], isRectified: Bool) {
      require(
        !bias.isEmpty && weight.count % bias.count == 0,
        "\(weight.count) weights do not belong to \(bias.count) outputs")
      (self.weight, self.bias, self.isRectified) = (weight, bias, isRectified)
    }

    /// The number of inputs.
    public var inputs: Int { weight.count / bias.count }
    /// The number of outputs.
    public var outputs: Int { bias.count }

    /// The weights that lead to an output.
    func row(_ output: Int) -> [Float] {
      (0..<inputs).map { weight[$0 * outputs + output] }
    }
  }

  /// The prefix of every name in the header: a C identifier in lower case.
  public let name: String
  /// The layers, first applied first; the softmax of the last one's output is the result.
  public let layers: [Layer]
  /// Lines of the comment at the top, such as what the network was trained on.
  public let remarks: [String]

  /// Creates a header.
  ///
  /// - Throws: ``LearningError/notExportable(_:)`` if a weight is not a finite number, layers do not
  ///   fit, or the name is no C identifier.
  public init(name: String, layers: [Layer], remarks: [String]) throws {
    let letters = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz_0123456789")
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first),
      name.unicodeScalars.allSatisfy(letters.contains)
    else { throw LearningError.notExportable("'\(name)' is not a lower-case C identifier") }
    guard !layers.isEmpty else { throw LearningError.notExportable("there is no layer") }
    for (index, (layer, next)) in zip(layers, layers.dropFirst()).enumerated()
    where layer.outputs != next.inputs {
      throw LearningError.notExportable(
        "layer \(index) has \(layer.outputs) outputs, the next one \(next.inputs) inputs")
    }
    guard layers.allSatisfy({ ($0.weight + $0.bias).allSatisfy(\.isFinite) }) else {
      throw LearningError.notExportable("a weight is not a finite number")
    }
    (self.name, self.layers, self.remarks) = (name, layers, remarks)
  }

  /// Returns the text of the header: the same bytes for the same network.
  public func text(_ precision: Precision) -> String {
    let guardName = name.uppercased() + "_H"
    var text = "/*\n"
    for remark in remarks + [summary(precision)] {
      text += " * \(remark.replacingOccurrences(of: "*/", with: "* /"))\n"
    }
    text += " */\n#ifndef \(guardName)\n#define \(guardName)\n\n#include <math.h>\n\n"
    text += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
    text += "#define \(name.uppercased())_INPUTS \(layers[0].inputs)\n"
    text += "#define \(name.uppercased())_OUTPUTS \(layers[layers.count - 1].outputs)\n\n"
    for (index, layer) in layers.enumerated() {
      text += precision == .float ? floatTable(layer, index) : integerTable(layer, index)
    }
    return text + functions(precision) + "#ifdef __cplusplus\n}\n#endif\n\n#endif\n"
  }

  private func summary(_ precision: Precision) -> String {
    let widths = [layers[0].inputs] + layers.map(\.outputs)
    let count = layers.reduce(0) { $0 + $1.weight.count + $1.bias.count }
    return "Layers \(widths.map(String.init).joined(separator: "-")), "
      + "\(count) parameters, weights as \(precision.rawValue)."
  }

  private func floatTable(_ layer: Layer, _ index: Int) -> String {
    let rows = (0..<layer.outputs).map { list(layer.row($0).map(literal)) }
    return table("float", "w\(index)", "[\(layer.outputs)][\(layer.inputs)]", rows)
      + table("float", "b\(index)", "[\(layer.outputs)]", layer.bias.map(literal))
  }

  private func integerTable(_ layer: Layer, _ index: Int) -> String {
    let quantised = (0..<layer.outputs).map { Self.quantised(layer.row($0)) }
    let rows = quantised.map { list($0.integers.map(String.init)) }
    return table("signed char", "w\(index)", "[\(layer.outputs)][\(layer.inputs)]", rows)
      + table("float", "s\(index)", "[\(layer.outputs)]", quantised.map { literal($0.scale) })
      + table("float", "b\(index)", "[\(layer.outputs)]", layer.bias.map(literal))
  }

  /// Returns integers from -127 to 127 and the scale by which they approach the weights.
  package static func quantised(_ row: [Float]) -> (integers: [Int], scale: Float) {
    let greatest = row.reduce(0) { max($0, abs($1)) }
    guard greatest > 0 else { return ([Int](repeating: 0, count: row.count), 0) }
    let scale = greatest / 127
    return (row.map { Int(($0 / scale).rounded(.toNearestOrEven)) }, scale)
  }

  private func table(_ type: String, _ suffix: String, _ extent: String, _ items: [String])
    -> String
  {
    "static const \(type) \(name)_\(suffix)\(extent) = {\n\(wrapped(items))\n};\n\n"
  }

  private func list(_ items: [String]) -> String { "{\n\(wrapped(items))}" }

  private func wrapped(_ items: [String]) -> String {
    var (lines, line) = ([String](), "")
    for (index, item) in items.enumerated() {
      let piece = index == items.count - 1 ? item : item + ","
      if !line.isEmpty, line.utf8.count + piece.utf8.count > 98 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? piece : " " + piece
    }
    return (lines + [line]).joined(separator: "\n")
  }

  /// Nine significant digits, in the C locale, as a C constant of type float.
  private func literal(_ value: Float) -> String {
    let digits = String(format: "%.9g", Double(value))
    return (digits.contains { $0 == "." || $0 == "e" } ? digits : digits + ".0") + "f"
  }

  private func functions(_ precision: Precision) -> String {
    let widest = layers.map(\.outputs).max() ?? 1
    var body = ""
    for (index, layer) in layers.enumerated() {
      let source = index == 0 ? "in" : "h\(index - 1)"
      let target = index == layers.count - 1 ? "out" : "h\(index)"
      let weight = "\(name)_w\(index)[o][i]"
      let sum = precision == .float ? "sum" : "sum * \(name)_s\(index)[o]"
      body += "  for (o = 0; o < \(layer.outputs); o++) {\n    float sum = 0.0f;\n"
      body += "    for (i = 0; i < \(layer.inputs); i++) sum += \(weight) * \(source)[i];\n"
      body += "    sum = \(sum) + \(name)_b\(index)[o];\n"
      body +=
        "    \(target)[o] = \(layer.isRectified ? "sum > 0.0f ? sum : 0.0f" : "sum");\n  }\n"
    }
    let count = layers[layers.count - 1].outputs
    let hidden = (0..<layers.count - 1).map { "h\($0)[\(widest)]" }.joined(separator: ", ")
    return """
      /* The probability of each class for one input; returns out. */
      static inline float *\(name)_predict(float *out, const float *in) {
      \(hidden.isEmpty ? "" : "  float \(hidden);\n")  float top, total = 0.0f;
        int i, o;
      \(body)  top = out[0];
        for (o = 1; o < \(count); o++) if (out[o] > top) top = out[o];
        for (o = 0; o < \(count); o++) {
          out[o] = expf(out[o] - top);
          total += out[o];
        }
        for (o = 0; o < \(count); o++) out[o] /= total;
        return out;
      }

      /* The class of the greatest probability, the first of equals. */
      static inline int \(name)_argmax(const float *in) {
        float out[\(count)];
        int o, best = 0;
        \(name)_predict(out, in);
        for (o = 1; o < \(count); o++) if (out[o] > out[best]) best = o;
        return best;
      }


      """
  }
}
