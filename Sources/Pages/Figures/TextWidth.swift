/// About how wide a text is in DejaVu Sans, in CSS pixels: a little more rather than less, so that
/// texts do not touch.
func textWidth(_ text: String, size: Double = 12) -> Double {
  text.reduce(0) { width, character in
    guard let scalar = character.unicodeScalars.first else { return width }
    let share: Double =
      switch character {
      case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "(", ")", "[", "]", "f", "t":
        0.40
      case "m", "w", "M", "W", "@", "%": 1.0
      case _ where scalar.value >= 0x2E80: 1.15
      case _ where character.isUppercase: 0.74
      default: 0.64
      }
    return width + share * size
  }
}
