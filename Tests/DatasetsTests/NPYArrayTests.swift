import Datasets
import Foundation
import Testing

@Suite struct NPYArrayTests {
  private func npy(_ type: String, _ shape: String, _ body: [UInt8], order: String = "False")
    -> Data
  {
    var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
      + Data(header.utf8) + Data(body)
  }

  @Test func numbersOfEachTypeAreRead() throws {
    let bytes = try NPYArray(npy("|u1", "(2, 2)", [1, 2, 3, 255]), file: "a")
    #expect(try bytes.shape == [2, 2] && bytes.unsignedBytes() == [1, 2, 3, 255])
    #expect(try NPYArray(npy("<i2", "(2,)", [0xFE, 0xFF, 1, 0]), file: "a").numbers() == [-2, 1])
    #expect(try NPYArray(npy(">i4", "(1,)", [0, 0, 1, 0]), file: "a").numbers() == [256])
    let half = withUnsafeBytes(of: Float(0.5).bitPattern.littleEndian) { Array($0) }
    #expect(try NPYArray(npy("<f4", "()", half), file: "a").numbers() == [0.5])
    let double = withUnsafeBytes(of: (-1.5).bitPattern.bigEndian) { Array($0) }
    #expect(try NPYArray(npy(">f8", "(1,)", double), file: "a").numbers() == [-1.5])
  }

  @Test("What is not exactly an array is refused, with the reason", arguments: 0..<7)
  func badFilesAreRefused(number: Int) throws {
    let nan = withUnsafeBytes(of: Float.nan.bitPattern.littleEndian) { Array($0) }
    let (data, words): (Data, String) =
      switch number {
      case 0: (Data("hello".utf8), "starts with the byte 93")
      case 1: (npy("|u1", "(2, 2)", [1, 2, 3]), "asks for 4 bytes; there are 3")
      case 2: (npy("|u1", "(2, 2)", [1, 2, 3, 4, 5]), "asks for 4 bytes; there are 5")
      case 3: (npy("|O", "(1,)", [1]), "is not read")
      case 4: (npy("|u1", "(2, 2)", [1, 2, 3, 4], order: "True"), "runs down the columns")
      case 5: (npy("<f4", "(1,)", nan), "not finite")
      default: (npy("|u1", "(9999999999, 9999999999)", [1]), "too large")
      }
    let error = #expect(throws: DatasetsError.self) {
      try NPYArray(data, file: "x.npy").numbers()
    }
    #expect(try #require(error).description.contains(words))
  }

  @Test func archiveOfNumPyIsReadAndOthersAreRefused() throws {
    let scratch = try Scratch()
    let array = scratch.path + "/a.npy"
    try npy("|u1", "(3,)", [7, 8, 9]).write(to: URL(filePath: array))
    try python(
      "import sys,zipfile as z\nf=z.ZipFile(sys.argv[2],'w',z.ZIP_DEFLATED)\n"
        + "f.write(sys.argv[1],'a.npy');f.write(sys.argv[1],'b.npy');f.close()\n"
        + "f=z.ZipFile(sys.argv[3],'w')\nf.write(sys.argv[1],'../a.npy');f.close()",
      [array, scratch.path + "/good.npz", scratch.path + "/bad.npz"])
    func read(_ name: String, limit: Int = 1 << 20) throws -> NPZFile {
      try NPZFile(
        Data(contentsOf: URL(filePath: "\(scratch.path)/\(name)")), file: name, limit: limit)
    }
    let archive = try read("good.npz")
    #expect(try archive.array("b").unsignedBytes() == [7, 8, 9])
    let missing = #expect(throws: DatasetsError.self) { try archive.array("c") }
    #expect(try #require(missing).description.contains("it has a, b"))
    #expect(throws: DatasetsError.self) { try read("bad.npz") }
    #expect(throws: DatasetsError.self) { try read("good.npz", limit: 100) }
  }

  /// The published archive, where it is at hand.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: RealData.path("pneumoniamnist")),
      "there is no PneumoniaMNIST beside the project"))
  func pneumoniaMNISTIsRead() throws {
    let images = try MedicalImages(
      folder: URL(filePath: RealData.path("pneumoniamnist")))
    #expect((images.training.count, images.validation.count, images.test.count) == (4708, 524, 624))
    #expect(images.training.labels.reduce(0, +) == 3494 && images.test.labels.reduce(0, +) == 390)
    #expect(images.width == 28 && images.height == 28)
  }
}

/// Data that lie beside the project on some machines.
enum RealData {
  static func path(_ folder: String) -> String {
    URL(filePath: #filePath).appending(path: "../../../../shared/data/\(folder)").standardized
      .path(percentEncoded: false)
  }
}
