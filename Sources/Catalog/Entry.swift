public import Casework

/// What is said of a case: one file of the catalogue.
public struct Entry: Sendable {
  /// A column of the table of use cases: the text as it stands there, and the terms in it.
  public struct Column: Hashable, Sendable {
    /// Such as `Keras + Tensorflow`.
    public let text: String
    /// Such as `Keras` and `Tensorflow`.
    public let terms: [String]

    /// Creates a column.
    public init(text: String, terms: [String]) { (self.text, self.terms) = (text, terms) }
  }

  /// How much a reader should know before.
  public enum Level: String, Sendable, CaseIterable { case beginner, intermediate, advanced }

  /// Who wrote the original use case.
  public struct Author: Hashable, Sendable {
    public let name: String
    public let institution: String?
    /// An e-mail address.
    public let mail: String?
    /// The address of a page about the author.
    public let social: String?

    /// Creates an author.
    public init(
      name: String, institution: String? = nil, mail: String? = nil, social: String? = nil
    ) {
      (self.name, self.institution, self.mail, self.social) = (name, institution, mail, social)
    }
  }

  /// Something to read.
  public struct Reference: Hashable, Sendable {
    public let title: String
    /// An address, if there is one; a DOI or arXiv number is written as its address.
    public let url: String?

    /// Creates a reference.
    public init(title: String, url: String?) { (self.title, self.url) = (title, url) }
  }

  /// Named overrides of settings.
  public struct Preset: Hashable, Sendable {
    public let name: String
    /// What it is for and how long it takes, in one line.
    public let about: String
    public let settings: [String: JSONValue]

    /// Creates a preset.
    public init(name: String, about: String, settings: [String: JSONValue]) {
      (self.name, self.about, self.settings) = (name, about, settings)
    }
  }

  /// How a case is started that is a command and no type of the program.
  public struct Command: Hashable, Sendable {
    /// The program and its arguments, before those that a run adds.
    public let words: [String]
    /// The path of the script that one of the words names: the entry's name with another ending.
    public let script: String?
    /// Whether the program is a Python.
    public let isPython: Bool
    /// The Python packages that it takes.
    public let requirements: [String]
    /// With the values that they have unless a run changes them.
    public let settings: [Setting]

    /// Creates a description of a command.
    public init(
      words: [String], script: String?, isPython: Bool, requirements: [String],
      settings: [Setting]
    ) {
      (self.words, self.script, self.isPython) = (words, script, isPython)
      (self.requirements, self.settings) = (requirements, settings)
    }
  }

  public let slug: Slug
  public let title: String
  /// One or two sentences for a table or an excerpt.
  public let summary: String
  public let goal: Column
  public let algorithms: Column
  public let field: Column
  public let tools: Column
  public let comments: String
  public let level: Level
  /// Empty if they are not known.
  public let authors: [Author]
  /// Where a reader gets help, in a line of Markdown, if the case says so.
  public let support: String?
  public let references: [Reference]
  /// The names of the data sets that the case uses, of which ``declaredData`` are declared here.
  public let dataNames: [String]
  public let declaredData: [DataSet]
  /// Whether the data that the case uses by default are simulated.
  public let isSimulated: Bool
  /// Whether the case was added to the catalogue's own, such as an example or a case of the user's.
  public let isAddition: Bool
  /// `quick`, `standard` and `paper`, in this order.
  public let presets: [Preset]
  /// What each setting means, by name; empty for a planned case.
  public let settings: [String: String]
  /// How the case is started, if it is a command.
  public let command: Command?
  public let metrics: [Metric]
  public let expectations: [Expectation]
  /// The prose: CommonMark with tables.
  public let body: String
  /// The line of the file on which the prose starts, from 1.
  public let bodyLine: Int

  /// Creates an entry.
  public init(
    slug: Slug, title: String, summary: String, goal: Column, algorithms: Column, field: Column,
    tools: Column, comments: String, level: Level, references: [Reference], dataNames: [String],
    declaredData: [DataSet], presets: [Preset], settings: [String: String], metrics: [Metric],
    expectations: [Expectation], body: String, bodyLine: Int, isSimulated: Bool = false,
    isAddition: Bool = false, command: Command? = nil, authors: [Author] = [],
    support: String? = nil
  ) {
    (self.slug, self.title, self.summary, self.goal) = (slug, title, summary, goal)
    (self.algorithms, self.field, self.tools) = (algorithms, field, tools)
    (self.comments, self.level, self.references) = (comments, level, references)
    (self.dataNames, self.declaredData, self.presets) = (dataNames, declaredData, presets)
    (self.settings, self.metrics, self.expectations) = (settings, metrics, expectations)
    (self.body, self.bodyLine) = (body, bodyLine)
    (self.isSimulated, self.isAddition, self.command) = (isSimulated, isAddition, command)
    (self.authors, self.support) = (authors, support)
  }
}
