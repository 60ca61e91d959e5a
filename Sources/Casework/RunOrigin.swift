/// Where a run was recorded that another program made.
public struct RunOrigin: Hashable, Codable, Sendable {
  /// Such as `MLflow`.
  public var system: String
  /// What it calls the case.
  public var experiment: String
  public var user: String
  /// Whether it had a parameter `seed`, which is the run's seed here.
  public var hasSeed: Bool

  /// Creates a record.
  public init(system: String, experiment: String, user: String, hasSeed: Bool) {
    (self.system, self.experiment) = (system, experiment)
    (self.user, self.hasSeed) = (user, hasSeed)
  }
}
