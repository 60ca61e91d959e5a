import Foundation

/// How numbers are written on a page: the one place where that is decided.
enum Numbers {
  /// Writes a measured number with five significant digits, with its unit if it has one.
  static func text(_ value: Double, unit: String? = nil) -> String {
    let number = plain(value)
    guard let unit, !unit.isEmpty, value.isFinite else { return number }
    return unit == "%" ? "\(number) %" : "\(number) \(unit)"
  }

  /// Writes a number that somebody has set, which keeps all its digits.
  static func given(_ value: Double) -> String {
    let isShort = Double(String(format: "%.4e", value)) == value
    return isShort || value == value.rounded() && abs(value) < 1e9 ? text(value) : exact(value)
  }

  /// Writes an integer with a comma between its thousands.
  static func text(_ value: Int) -> String {
    (value < 0 ? "−" : "") + grouped(String(value.magnitude))
  }

  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// Writes a number for a program: the shortest text that reads back as the same number.
  static func exact(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value > 0 ? "inf" : "-inf" }
    return "\(value)"
  }

  /// Writes a size in bytes, in powers of ten.
  static func bytes(_ count: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (value, index) = (Double(count), 0)
    while value >= 999.5, index < units.count - 1 {
      value /= 1000
      index += 1
    }
    guard index > 0 else { return count == 1 ? "1 byte" : "\(count) bytes" }
    return "\(significant(value, digits: 3)) \(units[index])"
  }

  /// Writes seconds as a reader would say them.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "unknown" }
    if seconds < 59.95 { return "\(significant(seconds, digits: 3)) s" }
    guard seconds < 1e12 else { return "\(plain(seconds)) s" }
    let total = Int(seconds.rounded())
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0 ? "\(text(hours)) h \(minutes) min" : "\(minutes) min \(rest) s"
  }

  /// Writes a moment in UTC to the second.
  static func moment(_ date: Date) -> String {
    let text = date.formatted(
      .iso8601.year().month().day().dateTimeSeparator(.space).time(
        includingFractionalSeconds: false))
    return "\(text.replacingOccurrences(of: "Z", with: "")) UTC"
  }

  /// Writes a moment in UTC to the minute, for a column whose heading says the zone.
  static func minute(_ date: Date) -> String { String(moment(date).dropLast(":00 UTC".count)) }

  /// Writes the marks of an axis, `step` apart, alike: with the digits that the step needs, and with
  /// one power of ten where they are very small, or very large and longer without it.
  static func ticks(_ values: [Double], step: Double) -> [String] {
    let greatest = values.map(abs).max() ?? 0
    let plain = ticks(values, step: step, power: 0)
    guard greatest > 0, greatest < 1e-4 || greatest >= 1e9 else { return plain }
    let powered = ticks(values, step: step, power: Int(log10(greatest).rounded(.down)))
    func length(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }
    return greatest < 1 || length(powered) < length(plain) ? powered : plain
  }

  private static func ticks(_ values: [Double], step: Double, power: Int) -> [String] {
    let unit = pow(10, Double(power))
    // As many digits as the step itself needs: 0.00025 is not 0.0003.
    let digits = (0...15).first { digits in
      let scaled = step / unit * pow(10, Double(digits))
      return abs(scaled - scaled.rounded()) < 1e-6 * scaled
    }
    return values.map { value in
      if abs(value) < step * 1e-6 { return "0" }
      let parts = fixed(abs(value / unit), digits: digits ?? 15)
        .split(separator: ".", maxSplits: 1).map(String.init)
      let number = ([grouped(parts[0])] + parts.dropFirst()).joined(separator: ".")
      let factor = power == 0 ? "" : " × 10\(superscript(power))"
      return (value < 0 ? "−" : "") + number + factor
    }
  }

  /// Writes the ends of an interval alike, with two significant digits of its width.
  static func interval(_ range: ClosedRange<Double>) -> String {
    let ends = [range.lowerBound, range.upperBound]
    let width = ends[1] - ends[0]
    // Narrower than numbers are exact, or none: the ends say nothing that differs.
    let isWide = width.isFinite && width > (ends.map(abs).max() ?? 0) * 1e-13
    let step = isWide ? pow(10, log10(width).rounded(.down) - 1) : 0
    let texts = step.isNormal ? ticks(ends, step: step) : ends.map { text($0) }
    return texts.joined(separator: " to ")
  }

  /// Writes a mark of a logarithmic axis, `factor` times ten to `exponent`.
  static func logarithmicTick(_ factor: Double, exponent: Int) -> String {
    if (-3...4).contains(exponent) { return plain(factor * pow(10, Double(exponent))) }
    return (factor == 1 ? "" : "\(plain(factor)) × ") + "10\(superscript(exponent))"
  }

  /// Writes a number where there is little room: three significant digits.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : plain(value) }
    let magnitude = abs(value)
    if value == value.rounded(), magnitude < 1e6 { return text(Int(value)) }
    if magnitude >= 1e5 || magnitude < 1e-3 { return scientific(value, digits: 1) }
    return minus(significant(value, digits: 3))
  }

  /// Writes a coordinate of a drawing: two digits after the point, none that say nothing.
  static func coordinate(_ value: Double) -> String {
    var bytes: [UInt8] = []
    append(coordinate: value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes a coordinate behind other text.
  ///
  /// There are thousands in a drawing, so that no format is read for each.
  static func append(coordinate value: Double, to bytes: inout [UInt8]) {
    let hundredths = (value * 100).rounded()
    guard abs(hundredths) < 1e15 else {
      bytes += fixed(value.isFinite ? value : 0, digits: 0).utf8
      return
    }
    let zero = UInt8(ascii: "0")
    var (number, digits) = (Int(hundredths).magnitude, 0)
    if hundredths < 0 { bytes.append(UInt8(ascii: "-")) }
    // From the last digit to the first, and then turned round.
    let start = bytes.count
    while digits < 3 || number > 0 {
      let digit = UInt8(number % 10)
      if digits == 2, bytes.count > start { bytes.append(UInt8(ascii: ".")) }
      if digits >= 2 || digit > 0 || bytes.count > start { bytes.append(zero + digit) }
      (number, digits) = (number / 10, digits + 1)
    }
    bytes[start...].reverse()
  }

  /// Writes with so many digits after the point.
  static func fixed(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private static func plain(_ value: Double) -> String {
    if value.isNaN { return "not a number" }
    if value.isInfinite { return value > 0 ? "∞" : "−∞" }
    if value == 0 { return "0" }
    let magnitude = abs(value)
    if value == value.rounded(), magnitude < 1e9 { return text(Int(value)) }
    if magnitude >= 1e5 || magnitude < 1e-4 { return scientific(value) }
    if magnitude >= 1e4 { return text(Int(value.rounded())) }
    return minus(significant(value, digits: 5))
  }

  private static func scientific(_ value: Double, digits: Int = 4) -> String {
    let parts = String(format: "%.\(digits)e", value)
      .lowercased().split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return exact(value) }
    var mantissa = String(parts[0])
    while mantissa.contains("."), mantissa.hasSuffix("0") { mantissa.removeLast() }
    if mantissa.hasSuffix(".") { mantissa.removeLast() }
    return "\(minus(mantissa)) × 10\(superscript(exponent))"
  }

  private static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (value < 0 ? "⁻" : "")
      + String(String(value.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] })
  }

  /// Keeps zeros within the significant digits off the end: 0.75 and not 0.75000.
  private static func significant(_ value: Double, digits: Int) -> String {
    guard value != 0 else { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    var text = fixed(value, digits: max(0, digits - 1 - exponent))
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func minus(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }
}
