import Casework
import Foundation
import Records

extension ComparisonReport {
  /// The comparison as JSON: a contract, described in the README.
  func json(_ slug: Slug) -> JSONValue {
    .object([
      "case": .string(slug.rawValue), "differing_settings": .texts(comparison.differing),
      "metrics": .array(
        zip(metrics, comparison.rankings).map { metric, ranking in
          .object([
            "name": .string(metric.name), "better": .string(metric.better.rawValue),
            "unit": .text(metric.unit),
            "best": ranking.isRankable
              ? ranking.best.flatMap { best in groups.firstIndex { $0.number == best } }
                .map(JSONValue.integer) ?? .null : .null,
            "is_rankable": .bool(ranking.isRankable), "reason": .text(ranking.reason),
          ])
        }),
      "groups": .array(groups.map { json($0.group) }),
      "pareto_front": .array(
        by.count > 1
          ? comparison.front(by: by).compactMap { front in
            groups.firstIndex { $0.number == front }.map(JSONValue.integer)
          } : []),
      "tests": .array(
        comparison.tests.map { test in
          func place(_ number: Int) -> JSONValue {
            groups.firstIndex { $0.number == number }.map(JSONValue.integer) ?? .null
          }
          return .object([
            "metric": .string(test.metric), "best": place(test.best), "other": place(test.other),
            "method": .string(test.method.rawValue), "n": .integer(test.count),
            "difference": .real(test.difference),
            "ci95": .array(test.interval.map(JSONValue.real)), "p": .real(test.p),
            "p_holm": .real(test.adjustedP),
            "effect_size": test.effectSize.map(JSONValue.real) ?? .null,
            "more_seeds_for_80_percent_power": test.moreSeeds.map(JSONValue.integer) ?? .null,
          ])
        }),
    ])
  }

  private func json(_ group: Comparison.Group) -> JSONValue {
    .object([
      "case": .string(group.slug.rawValue), "settings": .object(group.settings),
      "presets": .texts(group.presets), "n": .integer(group.count),
      "seeds": .array(group.runs.map { .integer($0.seed) }), "runs": .texts(group.runs.map(\.id)),
      "left_out": .texts(group.leftOut.map(\.id)),
      "metrics": .object(
        group.statistics.mapValues { statistic in
          .object([
            "n": .integer(statistic.count), "mean": .real(statistic.mean),
            "sd": statistic.standardDeviation.map(JSONValue.real) ?? .null,
            "ci95": statistic.interval.map { .array($0.map(JSONValue.real)) } ?? .null,
            "ci95_method": .string(statistic.isBootstrapped ? "bootstrap" : "t"),
          ])
        }),
    ])
  }
}
