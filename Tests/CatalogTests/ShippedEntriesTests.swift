import Casework
import Foundation
import Testing

@testable import Catalog

/// The repository's own catalogue.
@Suite struct ShippedEntriesTests {
  private let catalog: Catalog

  private static let shipped = Result {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try Catalog.read(folder: root.appending(path: "Catalog").path)
  }

  init() throws { catalog = try Self.shipped.get() }

  @Test func namesOfMetricsAreThoseOfTheEntries() throws {
    let known = Dictionary(
      uniqueKeysWithValues: catalog.entries.map { ($0.slug, $0.metrics.map(\.name)) })
    let nobody = try #require(Slug(rawValue: "no-such-case"))
    let slugs = Set(known.keys).union([nobody])
    #expect(Catalog.metricNames(folder: catalog.folder, of: slugs) == known)
  }

  @Test func allTwentyFiveAreSound() {
    #expect(catalog.faults.map(\.description) == [])
    #expect(catalog.entries.count { !$0.isAddition } == 25)
  }

  /// The nine rows of INFN's table: slug, title, goal, algorithms, field, tools, comments.
  @Test(arguments: [
    [
      "cms-b-tagging", "Btagging in CMS (templated version)", "Classification", "CNN, LSTM",
      "High Energy Physics", "Keras + Tensorflow", "Realistic application",
    ],
    [
      "lhcb-masterclass", "LHCb Masterclass, with Keras", "Density estimation and classification",
      "MLP", "High Energy Physics", "ROOT + Keras + TF", "Introductory tutorial",
    ],
    [
      "mnist-c-header", "MNIST in a C header", "Classification", "MLP", "", "Keras",
      "Free-styling tutorial",
    ],
    [
      "lumin", "LUMIN: Lumin Unifies Many Improvements for Networks", "Technological",
      "CNN, RNN, GNN", "High Energy Physics", "PyTorch", "Package use examples",
    ],
    [
      "inferno", "INFERNO: Inference-Aware Neural Optimisation", "Classification", "NN",
      "High Energy Physics", "Keras + Tensorflow", "Technique application example",
    ],
    [
      "cms-classification", "An introduction to classification with CMS data", "Classification",
      "Fisher, BDT, MLP", "High Energy Physics", "Scikit-learn, TF2",
      "Tutorials for Master Students",
    ],
    [
      "virgo-autoencoder", "Virgo Autoencoder tutorial", "Data Compression", "Autoencoder",
      "General Relativity", "Python Keras", "Tutorial for student",
    ],
    [
      "distributed-training", "Distributed training of neural networks with Apache Spark",
      "Technological", "DNN", "High Energy Physics", "Spark + BigDL", "Tutorial",
    ],
    [
      "fts-log-clustering", "FTS log analysis with NLP", "Self-supervised, clustering", "NLP",
      "High Energy Physics, Computing", "Word2Vec + Rake + sklearn", "Tutorial",
    ],
  ])
  func theSourceTableStandsVerbatim(row: [String]) throws {
    let slug = try #require(Slug(rawValue: row[0]))
    let entry = try #require(catalog.entry(slug))
    #expect(
      [
        entry.slug.rawValue, entry.title, entry.goal.text, entry.algorithms.text,
        entry.field.text, entry.tools.text, entry.comments,
      ] == row)
  }

  @Test func theProseHasItsSectionsAndItsLength() {
    let sections = ["The idea", "The model", "The data", "How to read the result", "Limits"]
    for entry in catalog.entries {
      let found = entry.body.split(separator: "\n").filter { $0.hasPrefix("## ") }
        .map { String($0.dropFirst(3)) }.filter { $0 != "Try it" }
      #expect(found == sections, "\(entry.slug)")
      let words = entry.body.split(whereSeparator: \.isWhitespace).count
      #expect((350...900).contains(words), "\(entry.slug) has \(words) words")
    }
  }

  @Test func theProseIsMarkdownThatPagesCanRead() throws {
    for entry in catalog.entries {
      let xml = try Markdown.xml(of: entry.body)
      #expect(xml.contains("<heading level=\"2\">"), "\(entry.slug)")
      #expect(!xml.contains("<html_"), "\(entry.slug)")
      // A table whose rows do not fit its head is read as text.
      #expect(!xml.contains("|---"), "\(entry.slug)")
    }
  }

  @Test func parameterCountsAreThoseOfTheSpecifications() throws {
    let counts: [(String, Double)] = [
      ("mnist-c-header", 25450), ("mnist-c-header", 101770), ("inferno", 11510),
      ("virgo-autoencoder", 8352), ("distributed-training", 2013),
      ("cms-anomaly-autoencoder", 14060), ("lung-segmentation-unet", 1_512_385),
      ("jet-transformer", 1_194_629), ("vision-transformer", 139_018),
      ("differential-equations", 16897), ("super-resolution", 8129),
      ("variational-autoencoder", 652_824),
    ]
    for (name, count) in counts {
      let slug = try #require(Slug(rawValue: name))
      let bounds = catalog.entry(slug)?.expectations.filter { $0.metric == "parameters" }
      #expect(
        bounds?.contains { $0.bound == .equals(count, within: 0) } == true, "\(name) \(count)")
    }
  }

  @Test func dataSetsOfDigitCasesResolve() {
    #expect(catalog.dataSet(named: "mnist")?.files.count == 4)
    #expect(catalog.dataSet(named: "digits")?.files.first?.bytes == 264_712)
    #expect(catalog.entries.filter { $0.dataNames.contains("mnist") }.count == 9)
  }
}
