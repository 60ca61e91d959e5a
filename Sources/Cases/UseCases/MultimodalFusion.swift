import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Joins an image and a record of a patient in one decision in three ways (Huang and others,
/// 10.1038/s41746-020-00341-z): inputs before one network, probabilities of two networks, features
/// of two networks trained as one.
struct MultimodalFusion: UseCase {
  var data = "simulated"
  var patients = 8000
  var testPatients = 5000
  var epochs = 12
  var batchSize = 64
  var learningRate = 1e-3
  var bootstrap = 1000

  func validate() throws {
    try require(["patients": patients, "test_patients": testPatients], in: 100...1_000_000)
    try require(
      ["epochs": epochs, "batch_size": batchSize, "bootstrap": bootstrap], in: 1...1_000_000)
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(
      !data.isEmpty, "data", data, "it is simulated, pneumoniamnist, wdbc or a folder")
  }

  func run(in session: Session) async throws {
    // 1. Patients: kinds of data side by side, in three parts.
    let cohort = try await cohort(in: session)
    // 2. and 3. Five networks, and their answers on test patients.
    let answers = try answers(on: cohort, in: session, named: "networks")
    try report(answers, cohort, in: session)
    // 4. The same where the picture decides what a column means.
    if data == "simulated" {
      let other = Cohort(simulated(hasInteraction: true, session.stream("interaction")))
      let answers = try self.answers(on: other, in: session, named: "interaction")
      let difference = gain(answers.joint, over: answers.late, other, in: session)
      try session.log([
        "joint_minus_late_interaction": difference.value,
        "joint_minus_late_interaction_low": difference.low,
        "auc_joint_interaction": area(answers.joint, other),
        "auc_late_interaction": area(answers.late, other),
      ])
      try session.figure(scatterFigure(answers, other, "interaction"))
    }
  }

  private func cohort(in session: Session) async throws -> Cohort {
    let images: MedicalImages
    switch data {
    case "simulated":
      images = simulated(hasInteraction: false, session.stream("patients"))
    case "pneumoniamnist":
      images = try MedicalImages(
        from: await session.dataSet("pneumoniamnist"), file: "pneumoniamnist_28.npz")
    case "wdbc":
      return Cohort(
        try BreastTumours(from: await session.dataSet("wdbc")), from: session.stream("split"))
    default: images = try MedicalImages(folder: session.dataFolder(data))
    }
    guard images.training.records.isEmpty else { return Cohort(images) }
    session.note("The films are real, the records beside them are simulated.")
    return Cohort(images.withSimulatedRecords(from: session.stream("records")))
  }

  private func simulated(hasInteraction: Bool, _ stream: RandomStream) -> MedicalImages {
    MedicalImages(
      from: PatientSimulator(hasInteraction: hasInteraction),
      counts: (patients - patients / 5, patients / 5, testPatients), stream: stream)
  }

  /// Log-odds that patients of the test are sick.
  private struct Answers {
    /// Each kind alone, in the order of the kinds.
    var single: [[Double]] = []
    var early: [Double] = []
    var late: [Double] = []
    var joint: [Double] = []
    /// The joint network when one kind is replaced by its mean.
    var without: [[Double]] = []
    var parameters = 0
  }

  private func answers(on cohort: Cohort, in session: Session, named name: String) throws -> Answers
  {
    let root = session.stream(name)
    var answers = Answers()
    func fitted(_ word: String, _ kinds: [Int], isEarly: Bool = false) throws -> Fusion {
      session.note("Training \(word) (\(name)).")
      var weights = root.split(word)
      var model = Fusion(
        of: cohort.training.kinds, kinds: kinds, isEarly: isEarly, using: &weights)
      try train(
        &model, on: cohort, root.split("\(word) training"),
        word == "joint" && name == "networks" ? session : nil)
      return model
    }
    for (kind, word) in cohort.names.enumerated() {
      answers.single.append(try fitted(word, [kind]).logOdds(of: cohort.test))
    }
    answers.early = try fitted("early", Array(cohort.names.indices), isEarly: true)
      .logOdds(of: cohort.test)
    // Each network counts the prior once: all but one of them are subtracted.
    let share = Double(cohort.training.labels.reduce(0, +)) / Double(cohort.training.labels.count)
    let prior = log(share / (1 - share))
    answers.late = answers.single[0].indices.map { patient in
      answers.single.reduce(0) { $0 + $1[patient] } - Double(answers.single.count - 1) * prior
    }
    let joint = try fitted("joint", Array(cohort.names.indices))
    answers.joint = joint.logOdds(of: cohort.test)
    answers.parameters = joint.parameterCount
    if name == "networks" {
      let patient = cohort.test.rows([0])
      try session.network(joint.network(for: patient, names: cohort.names), summary: joint.summary)
    }
    answers.without = cohort.names.indices.map { kind in
      joint.logOdds(of: cohort.test.withMean(of: cohort.training, inPlaceOf: kind))
    }
    try session.artifact(
      "joint-\(name).safetensors", joint.checkpoint().encoded(),
      mediaType: "application/vnd.safetensors")
    return answers
  }

  /// Stops at the best validation loss, so that the log-odds stay honest.
  private func train(
    _ model: inout Fusion, on cohort: Cohort, _ stream: RandomStream, _ session: Session?
  ) throws {
    let (part, held) = (cohort.training, cohort.validation)
    // The batches hold the labels; their rows of each kind are taken by index.
    let batches = Batches(
      of: part.labels.tensor.reshaped(to: [part.count, 1]), size: batchSize,
      shuffledBy: stream.split("batches"))
    let check = Batches(of: held.labels.tensor.reshaped(to: [held.count, 1]), size: 512)
    var trainer = Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
      .validating(on: check, of: Fusion.self) { model, batch in
        sigmoidCrossEntropy(model(held.rows(batch.indices), in: .inference), batch.target)
      }
      .stoppingEarly(on: "validation_loss", EarlyStopping(.minimize, patience: max(2, epochs / 3)))
    if let session { trainer = try trainer.reporting(to: session, of: Fusion.self) }
    try trainer.fit(&model, to: batches, drawingFrom: stream.split("dropout")) {
      model, batch, phase in
      sigmoidCrossEntropy(model(part.rows(batch.indices), in: phase), batch.target)
    }
    trainer.restoreBest(&model)
  }

  private func area(_ logOdds: [Double], _ cohort: Cohort) -> Double {
    auc(scores: logOdds, labels: cohort.test.labels)
  }

  /// The difference of two areas on the same patients, with its paired 95 % interval.
  private func gain(_ one: [Double], over other: [Double], _ cohort: Cohort, in session: Session)
    -> (value: Double, low: Double, high: Double)
  {
    var stream = session.stream("bootstrap")
    return aucGain(
      of: one, over: other, labels: cohort.test.labels, resamples: bootstrap, using: &stream)
  }

  private func report(_ answers: Answers, _ cohort: Cohort, in session: Session) throws {
    let areas = answers.single.map { area($0, cohort) }
    let best = areas.indices.max { areas[$0] < areas[$1] } ?? 0
    let fusions = [("early", answers.early), ("late", answers.late), ("joint", answers.joint)]
    let gains = fusions.map { gain($0.1, over: answers.single[best], cohort, in: session) }
    let worst = gains.indices.min { gains[$0].value < gains[$1].value } ?? 0
    let margin = gain(answers.joint, over: answers.late, cohort, in: session)
    func share(_ logOdds: [Double]) -> Double {
      accuracy(of: logOdds.map { $0 > 0 ? 1 : 0 }, labels: cohort.test.labels)
    }
    for (name, value) in zip(cohort.names, areas) { try session.log("auc_\(name)", value) }
    for ((name, logOdds), gain) in zip(fusions, gains) {
      try session.log("auc_\(name)", area(logOdds, cohort))
      try session.log("gain_\(name)", gain.value)
      try session.log("gain_\(name)_low", gain.low)
    }
    try session.log([
      "worst_fusion_gain": gains[worst].value, "worst_fusion_gain_low": gains[worst].low,
      "joint_minus_late": margin.value, "joint_minus_late_low": margin.low,
      "joint_minus_late_high": margin.high, "accuracy": share(answers.joint),
      "parameters": Double(answers.parameters),
      "auc_fusion_worst": fusions.map { area($0.1, cohort) }.min() ?? 0,
    ])
    if cohort.names == ["image", "record"] {
      try session.log("accuracy_image", share(answers.single[0]))
    }
    if data == "simulated" || data == "pneumoniamnist" {
      let record = cohort.test.kinds[1].transposed().scalars.map { Double($0) }
        .chunked(by: cohort.test.count)
      try session.log([
        "auc_temperature": area(record[0], cohort), "auc_white_cells": area(record[1], cohort),
      ])
    }
    let named = zip(cohort.names, answers.single).map { ($0, $1) } + fusions
    try session.figure(
      .roc(
        title: "ROC of single kinds and of fusions",
        caption:
          "Share of the sick that are found against the share of the healthy that are taken for "
          + "sick, for every threshold, on test patients (\(kind)).", named,
        labels: cohort.test.labels))
    var stream = session.stream("bars")
    let all = named + zip(cohort.names, answers.without).map { ("joint without \($0)", $1) }
    let intervals = all.map { _, scores in
      aucInterval(
        of: scores, labels: cohort.test.labels, resamples: min(bootstrap, 300), using: &stream)
    }
    try session.figure(
      .bars(
        name: "areas",
        title: "Each kind alone, three fusions, and the joint network with a kind removed",
        caption:
          "Area under the ROC curve on test patients (\(kind)) with 95 % bootstrap intervals. A "
          + "kind is removed by putting its training mean in its place.",
        all.map(\.0), y: Figure.Axis("AUC"), [("AUC", intervals.map(\.value))],
        intervals: intervals.map { ($0.low, $0.high) }))
    try session.figure(scatterFigure(answers, cohort, kind))
  }

  private var kind: String {
    switch data {
    case "simulated": "simulated patients"
    case "pneumoniamnist": "real films, simulated records"
    case "wdbc": "real tumours"
    default: "your own films"
    }
  }

  private func scatterFigure(_ answers: Answers, _ cohort: Cohort, _ name: String) -> Figure {
    func series(_ word: String, _ label: Int) -> Figure.Series {
      let rows = cohort.test.labels.indices.filter { cohort.test.labels[$0] == label }.prefix(400)
      return Figure.Series(
        word, x: rows.map { answers.late[$0] }, y: rows.map { answers.joint[$0] })
    }
    return .points(
      name: name == "interaction" ? "late-joint-interaction" : "late-joint",
      title: name == "interaction" ? "Late against joint, with interaction" : "Late against joint",
      caption:
        "Log-odds of test patients by both ways. Where kinds are independent given the diagnosis "
        + "both say the same up to noise; an interaction is seen by joint training only.",
      x: Figure.Axis("late fusion (log-odds)"), y: Figure.Axis("joint fusion (log-odds)"),
      [series("healthy", 0), series("sick", 1)], guides: [Figure.Guide("equal", .diagonal)])
  }
}

private typealias Fusion = FusionNetwork
