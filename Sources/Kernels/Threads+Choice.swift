import Foundation
import Synchronization

extension Threads {
  /// The most threads that are chosen; more can be asked for.
  private static let most = 8
  /// The multiplications of a forward pass from which more than one thread pays: some 3 ms of a
  /// training step on one thread.
  ///
  /// Smaller steps gain up to a quarter of their time on an idle machine,
  /// and lose three quarters beside two busy programs.
  package static let worthwhileWork = 1 << 24
  private static let done = Atomic<Int>(0)

  /// How many multiplications matrix products and convolutions have done in this process.
  package static var work: Int { done.load(ordering: .relaxed) }

  static func count(work: Int) { done.wrappingAdd(work, ordering: .relaxed) }

  /// Chooses the number of threads for steps of so much work, if nobody asked for a number.
  ///
  /// The choice depends on the work and the machine alone: the same training on the same machine
  /// computes on as many threads again.
  ///
  /// - Parameter work: The multiplications of one forward pass.
  package static func choose(forWork work: Int) {
    guard isAutomatic else { return }
    set(work < worthwhileWork ? 1 : min(ProcessInfo.processInfo.activeProcessorCount, most))
  }

  /// Starts this program anew, with OpenMP's threads told to wait awake for a fraction of a
  /// millisecond and then to sleep, and does not return; does nothing where the environment says
  /// how they wait.
  ///
  /// By default they spin for long, which burns a machine on which something else runs too: steps
  /// of 2 ms were seen to take 80. If they sleep at once, being woken costs more than small kernels
  /// do: a step of the U-Net on 8 films of 64 by 64 pixels took 100 ms on two idle cores, where it
  /// takes 62 so. OpenMP reads the variable before a program's first line, so that
  /// it takes a new start. Call it before anything else.
  public static func startAgainWaitingBriefly() {
    guard getenv("OMP_WAIT_POLICY") == nil, getenv("GOMP_SPINCOUNT") == nil else { return }
    setenv("GOMP_SPINCOUNT", "10000", 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // The program could not be started anew, and goes on as it is.
  }
}
