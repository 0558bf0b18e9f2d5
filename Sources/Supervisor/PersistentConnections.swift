public import Posix

/// Where workers that leave put the connections that the web server keeps, for those of the next program image. It
/// passes to that image in a variable of its own, which an image that knows nothing of it ignores.
public enum PersistentConnections {
  static let variable = "_VITRINE_KEPT_CONNECTIONS"

  /// The queue of the image before this one, or a new one.
  public static func obtain() throws(Errno) -> DescriptorQueue {
    guard let text = Environment.value(variable) else { return try DescriptorQueue() }
    Environment.remove(variable)
    let numbers = text.split(separator: ",").compactMap { Int32($0) }
    guard numbers.count == 2, numbers.allSatisfy({ $0 > 2 }) else { return try DescriptorQueue() }
    let queue = DescriptorQueue(owningEntrance: numbers[0], exit: numbers[1])
    try queue.setCloseOnExec(true)
    return queue
  }

  /// Prepares the queue for the next image.
  static func handOver(_ queue: DescriptorQueue) throws(Errno) {
    try queue.setCloseOnExec(false)
    Environment.set(variable, "\(queue.entrance.number),\(queue.exit.number)")
  }

  /// Takes back what `handOver` prepared.
  static func keep(_ queue: DescriptorQueue) {
    try? queue.setCloseOnExec(true)
    Environment.remove(variable)
  }
}
