internal import CLinux
internal import Glibc

/// A row of 64-bit counters in memory that is shared with the processes forked after it was made.
/// Each access is atomic; there is no order between different counters.
@safe public final class SharedCounters: @unchecked Sendable {
  /// How many counters there are.
  public let count: Int
  private let cells: UnsafeMutablePointer<UInt64>

  /// Maps memory for so many counters, all zero.
  public init(count: Int) throws(Errno) {
    self.count = count
    let memory = unsafe mmap(
      nil, max(1, count) * MemoryLayout<UInt64>.stride, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { throw Errno.current }
    unsafe cells = memory.bindMemory(to: UInt64.self, capacity: max(1, count))
  }

  deinit {
    unsafe munmap(cells, max(1, count) * MemoryLayout<UInt64>.stride)
  }

  /// Reads or sets one counter.
  public subscript(index: Int) -> UInt64 {
    get {
      precondition(index >= 0 && index < count)
      return unsafe vitrine_atomic_load(cells + index)
    }
    set {
      precondition(index >= 0 && index < count)
      unsafe vitrine_atomic_store(cells + index, newValue)
    }
  }

  /// Adds to one counter, wrapping.
  @discardableResult
  public func add(_ amount: UInt64, to index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    return unsafe vitrine_atomic_add(cells + index, amount)
  }

  /// Takes from one counter, wrapping.
  public func subtract(_ amount: UInt64, from index: Int) {
    add(0 &- amount, to: index)
  }
}
