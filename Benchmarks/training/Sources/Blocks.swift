import Foundation
import Kernels

/// What the benchmark is told once; the keys are those of `peers/blocks.py`.
private struct Introduction: Encodable {
  let ready = true
  let warmUp: Double
  let resident: Int
  let version = "Casebook on \(KernelLibrary.description)"
  let mode = "Trainer.fit"
  let parameters: Int
}

/// What the benchmark is told of a block of epochs.
private struct Block: Encodable {
  let epochs: [Double]
  let steps: Int
  let wall: Double
  let processor: Double
  let peak: Int
}

/// What the benchmark is told of a block whose kernels were timed.
private struct Shares: Encodable {
  let outsideKernels: Double
  /// The most that tensors held at a time, in bytes.
  let tensors: Int

  /// Only kernels are timed: a whole profile would cost a small step more than the tape does.
  init(of training: Training, _ duration: Double) throws {
    _ = Storage.takePeakBytes()
    guard KernelClock.start() else { fail("another thread is profiled") }
    defer { KernelClock.stop() }
    let start = KernelClock.now
    _ = try training.train(duration)
    let time = KernelClock.now - start
    outsideKernels = 1 - Double(KernelClock.nanoseconds) / Double(time)
    tensors = Storage.takePeakBytes()
  }
}

/// Trains in blocks, as standard input says, until it ends.
func serve(_ workload: Workload) throws {
  let resident = memory("VmRSS")
  let start = seconds()
  let training = workload.start()
  _ = try training.train(0)
  answer(
    Introduction(
      warmUp: seconds() - start, resident: resident, parameters: training.parameterCount))
  while let line = readLine() {
    guard let duration = line.split(separator: " ").last.flatMap({ Double($0) }) else {
      fail("“\(line)” is not “run” or “kernels” and a number of seconds")
    }
    if line.hasPrefix("kernels") {
      answer(try Shares(of: training, duration))
      continue
    }
    let (start, used) = (seconds(), seconds(CLOCK_PROCESS_CPUTIME_ID))
    let epochs = try training.train(duration)
    answer(
      Block(
        epochs: epochs, steps: training.steps, wall: seconds() - start,
        processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - used, peak: memory("VmHWM")))
  }
}

/// Prints a value as one line of JSON.
func answer(_ value: some Encodable) {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = .sortedKeys
  guard let data = try? encoder.encode(value) else { fail("\(value) is not JSON") }
  FileHandle.standardOutput.write(data + Data("\n".utf8))
}

func seconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The memory of this process in bytes: `VmRSS` now, `VmHWM` at its peak.
private func memory(_ key: String) -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .ascii)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") } ?? ""
  return 1024 * (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0)
}
