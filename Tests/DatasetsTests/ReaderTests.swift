import Datasets
import Foundation
import Testing

@Suite struct ReaderTests {
  @Test(arguments: [1, 70000, 200_000]) func gzipIsDecoded(count: Int) throws {
    let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) })
    #expect(try Gzip.decode(gzipped(data), limit: count) == data)
  }

  @Test func damagedGzipIsRefused() {
    let packed = gzipped(Data(repeating: 5, count: 1000))
    func told(_ data: Data, limit: Int = 1000) -> String {
      words { try Gzip.decode(data, limit: limit, file: "x.gz") }
    }
    #expect(told(packed, limit: 999).contains("more than the allowed 999 bytes"))
    #expect(told(Data("plain text".utf8)).contains("does not start as gzip does"))
    for count in [5, 19, 30, 500, packed.count - 9, packed.count - 8, packed.count - 1] {
      #expect(told(packed.prefix(count)).contains("truncated"), "\(count) bytes")
    }
  }

  @Test(arguments: [[5], [2, 3], [2, 3, 4]]) func IDXIsReadAsItIsWritten(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let file = IDXFile(shape: shape, values: (0..<count).map(UInt8.init))
    #expect(try IDXFile(file.data, file: "x") == file)
    #expect(try IDXFile(gzipped(file.data), file: "x.gz") == file)
  }

  @Test func wrongIDXIsRefusedWithThePosition() {
    let data = IDXFile(shape: [2, 2], values: [1, 2, 3, 4]).data
    func told(_ change: (inout Data) -> Void) -> String {
      var copy = data
      change(&copy)
      return words { try IDXFile(copy, file: "x") }
    }
    #expect(told { $0[0] = 1 }.contains("x, byte 0: an IDX file starts with two zero bytes"))
    #expect(told { $0[2] = 13 }.contains("byte 2: only unsigned bytes (type 8)"))
    #expect(told { $0[3] = 4 }.contains("byte 3: one to three axes"))
    #expect(told { $0 = $0.prefix(3) }.contains("byte 3: it ends before"))
    #expect(told { $0 = $0.prefix(9) }.contains("byte 9: it ends inside the header"))
    #expect(told { $0.removeLast() }.contains("asks for 4 values after the header; there are 3"))
    #expect(told { $0.append(0) }.contains("there are 5"))
    let huge = Data([0, 0, 8, 3]) + Data(repeating: 0xFF, count: 12)
    #expect(words { try IDXFile(huge, file: "x") }.contains("too large"))
  }

  @Test func aTableKeepsQuotedFields() throws {
    let text = "a,b\r\n\"x,\"\"y\"\"\n\",2\n3,\n"
    let table = try CSVTable(Data(text.utf8), file: "t.csv")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows == [["x,\"y\"\n", "2"], ["3", ""]])
    #expect(try table.column("b") == ["2", ""])
    let tabs = try CSVTable(Data("a\tb\n1\t2.5".utf8), file: "t.tsv", separator: "\t")
    #expect(try tabs.numbers("b") == [2.5])
  }

  @Test(arguments: [
    ("", "line 1: it has no header"), ("a,a\n", "the column 'a' is there twice"),
    ("a,b\n1\n", "line 2: it has 1 fields where the header has 2"),
    ("a\n\"x\n", "line 2: a quote is opened and never closed"),
    ("a\n\"x\"y\n", "line 2: something stands between a closing quote"),
    ("a\nx\"y\n", "line 2: a quote or a carriage return stands inside"),
    ("a,b\n\"1\n2\",3\n4\n", "line 4: it has 1 fields"),
  ])
  func aWrongTableIsRefusedWithTheLine(text: String, reason: String) {
    #expect(words { try CSVTable(Data(text.utf8), file: "t.csv") }.contains(reason))
  }

  @Test func aFieldThatIsNoNumberIsNamed() throws {
    let table = try CSVTable(Data("a\n1\nnan\n".utf8), file: "t.csv")
    #expect(words { try table.numbers("a") }.contains("row 2, column 'a': 'nan' is not a finite"))
    #expect(words { try table.column("z") }.contains("no column 'z'; it has a"))
  }

  @Test func strainOfAFileThatIsNotHDF5IsRefused() throws {
    let scratch = try Scratch()
    let path = try scratch.write("x.h5", Data("no HDF5 here".utf8))
    let told = words { try HDF5Strain(path: path, dataSets: ["strain"]) }
    #expect(told.contains("x.h5, header: HDF5 cannot open it ("))
    #expect(!told.contains("it gives no reason"))
  }
}
