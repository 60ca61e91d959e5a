import Foundation
import Synchronization
import func Kernels.require

extension BatchSource where Self: Sendable, Element: Sendable {
  /// Returns the same batches, made on another thread while those before are trained on.
  ///
  /// They are the same bit for bit: what a batch holds depends on its epoch and place alone.
  ///
  /// - Parameter count: How many batches may be ready before they are asked for.
  /// - Returns: Batches for a trainer, in place of these.
  public func prefetched(_ count: Int = 2) -> Prefetched<Self> {
    require(count > 0, "at least one batch is made ahead, not \(count)")
    return Prefetched(source: self, count: count)
  }
}

/// Batches that another thread makes ahead of time; see ``BatchSource/prefetched(_:)``.
public struct Prefetched<Source: BatchSource & Sendable>: BatchSource, Sendable
where Source.Element: Sendable {
  let source: Source
  let count: Int

  public func epoch(_ index: Int) -> some Sequence<Source.Element> {
    PrefetchedEpoch { [source, count] in
      Prefetch(ahead: count) { tell in
        for batch in source.epoch(index) where !tell(batch) { return }
      }
    }
  }
}

private struct PrefetchedEpoch<Element: Sendable>: Sequence {
  let start: () -> Prefetch<Element>

  func makeIterator() -> AnyIterator<Element> {
    let prefetch = start()
    return AnyIterator { prefetch.next() }
  }
}

/// A thread that makes elements, which waits while enough of them are ready and ends with the object
/// that asks for them.
private final class Prefetch<Element: Sendable>: Sendable {
  private final class Queue: @unchecked Sendable {
    // Guarded by `condition`.
    var ready: [Element] = []
    var (isDone, isAbandoned) = (false, false)
    let condition = NSCondition()
  }
  private let queue = Queue()

  init(ahead: Int, _ make: @escaping @Sendable (_ tell: (Element) -> Bool) -> Void) {
    let queue = queue
    let thread = Thread {
      make { element in
        queue.condition.withLock {
          while queue.ready.count >= ahead && !queue.isAbandoned { queue.condition.wait() }
          guard !queue.isAbandoned else { return false }
          queue.ready.append(element)
          queue.condition.signal()
          return true
        }
      }
      queue.condition.withLock {
        queue.isDone = true
        queue.condition.signal()
      }
    }
    thread.start()
  }

  deinit {
    queue.condition.withLock {
      queue.isAbandoned = true
      queue.condition.broadcast()
    }
  }

  func next() -> Element? {
    queue.condition.withLock {
      while queue.ready.isEmpty && !queue.isDone { queue.condition.wait() }
      guard !queue.ready.isEmpty else { return nil }
      defer { queue.condition.signal() }
      return queue.ready.removeFirst()
    }
  }
}
