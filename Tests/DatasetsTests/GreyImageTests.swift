import Datasets
import Foundation
import Randomness
import Pictures
import Testing

@Suite struct GreyImageTests {
  private func noise(_ width: Int, _ height: Int) -> GreyImage {
    var stream = RandomStream(seed: 3).split("\(width)x\(height)")
    return GreyImage(width: width, height: height) { _, _ in Float(stream.uniform(0, 255)) }
  }

  @Test func luminanceIsThatOfBT601() throws {
    func rgb(_ grey: UInt8) -> GreyImage {
      GreyImage(
        width: 1, height: 1, pixels: [Float(16 + Double(grey) * (65.481 + 128.553 + 24.966) / 255)])
    }
    #expect(rgb(255).pixels == [235] && rgb(0).pixels == [16])
  }

  @Test func medianRemovesAnOutlierAndKeepsAConstant() {
    var image = GreyImage(width: 7, height: 5) { _, _ in 9 }
    image[3, 2] = 200
    image[0, 0] = 0
    #expect(image.median3.pixels.allSatisfy { $0 == 9 })
  }

  @Test(arguments: [0.3, 1.0, 2.7])
  func gaussianKernelSumsToOneAndKeepsAConstant(deviation: Double) {
    #expect(abs(GreyImage.gaussianKernel(deviation: deviation).reduce(0, +) - 1) < 1e-12)
    let flat = GreyImage(width: 9, height: 4) { _, _ in 5 }
    #expect(flat.blurred(deviation: deviation).pixels.allSatisfy { abs($0 - 5) < 1e-5 })
  }

  @Test func bicubicKeepsConstantsAndRamps() {
    let flat = GreyImage(width: 12, height: 10) { _, _ in 100 }
    for (width, height) in [(24, 20), (6, 5), (5, 7)] {
      #expect(flat.resized(width: width, height: height).pixels.allSatisfy { abs($0 - 100) < 1e-3 })
    }
    let ramp = GreyImage(width: 16, height: 4) { x, _ in Float(x) }
    let large = ramp.resized(width: 32, height: 4)
    for x in 6..<26 { #expect(abs(large[x, 1] - (Float(x) + 0.5) / 2 + 0.5) < 1e-4) }
  }

  @Test func boxMeansWhatAPixelCovers() {
    let image = noise(8, 6)
    let small = image.resized(width: 4, height: 3, by: .box)
    let mean = (image[2, 2] + image[3, 2] + image[2, 3] + image[3, 3]) / 4
    #expect(abs(small[1, 1] - mean) < 1e-3)
  }

  @Test func orientationsAreEightAndKeepThePixels() {
    let image = noise(5, 3)
    let all = (0..<8).map { image.turned($0) }
    for one in all { #expect(one.pixels.sorted() == image.pixels.sorted()) }
    for (i, a) in all.enumerated() { for b in all[..<i] { #expect(a != b) } }
    #expect(all[0] == image)
  }

  @Test func warpOfNothingIsThePictureAndQuarterTurnATurn() {
    let image = noise(9, 9)
    let same = image.warped(angle: 0, scale: 1)
    #expect(zip(same.pixels, image.pixels).allSatisfy { abs($0 - $1) < 1e-3 })
    let quarter = image.warped(angle: .pi / 2, scale: 1)
    #expect(abs(quarter[4, 4] - image[4, 4]) < 1e-2 && abs(quarter[8, 4] - image[4, 0]) < 1e-1)
  }

  /// Interpolation by Pillow measured 33.63, 30.38 and 28.41 dB.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: RealData.path("sr_denoise_images")),
      "there is no Set5 beside the project"), arguments: zip([2, 3, 4], [33.63, 30.38, 28.41]))
  func bicubicOnSet5IsThatOfPillow(scale: Int, decibels: Double) throws {
    let folder = UserFolder(URL(filePath: RealData.path("sr_denoise_images")))
    let pictures = try folder.pictures(in: "CSet5")
    #expect(pictures.count == 5)
    let values = pictures.map { _, image -> Double in
      let whole = image.cropped(toMultipleOf: scale)
      let small = whole.resized(width: whole.width / scale, height: whole.height / scale).rounded
      let large = small.resized(width: whole.width, height: whole.height).rounded
      let (a, b) = (large.cropped(border: scale).pixels, whole.cropped(border: scale).pixels)
      let square = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / Double(a.count)
      return 10 * log10(255 * 255 / square)
    }
    #expect(abs(values.reduce(0, +) / 5 - decibels) < 0.1)
  }

  @Test func folderWithoutPicturesOrWithSmallOnesIsRefused() throws {
    let scratch = try Scratch()
    let folder = UserFolder(URL(filePath: scratch.path))
    #expect(throws: DatasetsError.self) { try folder.pictures() }
    try scratch.write("a.png", PNGImage(grey: [1, 2, 3, 4], width: 2, height: 2).encoded())
    let error = #expect(throws: DatasetsError.self) { try folder.pictures(least: 40) }
    #expect(try #require(error).description.contains("2x2 pixels are too few: 40"))
    #expect(try folder.pictures().map(\.name) == ["a"])
  }

  @Test func lungFilmsNeedMasksOfTheirNameAndSize() throws {
    let scratch = try Scratch()
    let folder = UserFolder(URL(filePath: scratch.path))
    func png(_ side: Int, _ value: UInt8) throws -> Data {
      try PNGImage(grey: [UInt8](repeating: value, count: side * side), width: side, height: side)
        .encoded()
    }
    func refusal() throws -> String {
      try #require(#expect(throws: DatasetsError.self) { try LungFilms.read(folder) }).description
    }
    #expect(try refusal().contains("neither the folders images and masks nor an .npz"))
    try scratch.write("images/a.png", png(16, 50))
    try scratch.write("masks/b.png", png(16, 255))
    #expect(try refusal().contains("alone: a, b"))
    try FileManager.default.removeItem(atPath: scratch.path + "/masks/b.png")
    try scratch.write("masks/a.png", png(17, 255))
    #expect(try refusal().contains("17x17"))
    try scratch.write("masks/a.png", png(16, 0))
    #expect(try refusal().contains("no pixel of the mask is on a lung"))
    try scratch.write("masks/a.png", png(16, 255))
    let films = try LungFilms.read(folder)
    #expect(films.count == 1 && films.masks[0].pixels.allSatisfy { $0 == 1 })
  }

  @Test func phantomsKnowTheirLungs() {
    let films = ChestPhantom(size: 48).films(4, from: RandomStream(seed: 1).split("x"))
    for (film, mask) in zip(films.films, films.masks) {
      let share = Double(mask.pixels.count { $0 == 1 }) / Double(mask.pixels.count)
      #expect(share > 0.08 && share < 0.5)
      #expect(film.pixels.allSatisfy { $0 >= 0 && $0 <= 255 })
    }
    let again = ChestPhantom(size: 48).films(2, from: RandomStream(seed: 1).split("x"))
    #expect(again.films == Array(films.films.prefix(2)))
  }
}
