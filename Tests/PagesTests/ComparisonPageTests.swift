import Casework
import Catalog
import Foundation
import Testing

@testable import Pages

/// What a comparison says of its numbers.
@Suite struct ComparisonPageTests {
  private func page(_ statistics: [ComparisonTable.Statistic]) throws -> String {
    let groups = statistics.enumerated().map { index, statistic in
      ComparisonTable.Group(name: "units=\(index)", runs: [], statistics: ["auc": statistic])
    }
    let comparison = ComparisonTable(
      slug: try Fixtures.slug("by-units"), title: "By units", summary: "Some units.", useCase: nil,
      metrics: ["auc"], groups: groups)
    let site = try Site(
      name: "s", entries: [], runnable: [:], runs: [], comparisons: [comparison],
      assets: Fixtures.assets)
    let content = try SiteContent(site)
    let renderer = HTMLRenderer(directory: content.directory, siteName: "s")
    return String(decoding: try renderer.html(content.page(.comparison("by-units"))), as: UTF8.self)
  }

  @Test func intervalsOfTwoSeedsAreExplained() throws {
    let page = try page([
      .init(n: 2, mean: 0.963, sd: 0.0099, ci95: 0.87406...1.0519),
      .init(n: 2, mean: 0.9282125, sd: 1e-6, ci95: 0.928211...0.928214),
    ])
    #expect(page.contains("0.963 ± 0.0099<br/>0.87 to 1.05"))
    #expect(page.contains("0.9282110 to 0.9282140"))
    #expect(page.contains("the mean and standard deviation over seeds"))
    #expect(page.contains("by Student's t") && page.contains("two seeds say little"))
    #expect(page.contains("whiskers are the mean's 95 % interval"))
  }

  @Test func resampledIntervalsAreMarked() throws {
    let page = try page([
      .init(n: 9, mean: 0.9, sd: 0.01, ci95: 0.89...0.91, isResampled: true)
    ])
    #expect(page.contains("0.890 to 0.910 *"))
    #expect(page.contains("* by resampling, as the sample is skewed"))
    #expect(!page.contains("two seeds") && !page.contains("knows no bounds"))
  }

  @Test func singleRunsHaveNothingToExplain() throws {
    let page = try page([
      .init(n: 1, mean: 0.9, sd: nil, ci95: nil), .init(n: 1, mean: 0.8, sd: nil, ci95: nil),
    ])
    #expect(!page.contains("±") && !page.contains("95 % interval"))
  }
}
