public import Posix

/// What a supervisor tells the program that replaces it in the same process: the socket, and the workers that are
/// still finishing. It travels in one environment variable.
public struct Handover: Equatable, Sendable {
  /// The variable. It does not begin with `VITRINE_`, since it is no setting.
  static let variable = "_VITRINE_HANDOVER"

  /// The listening socket's descriptor.
  public var listener: Int32
  /// The lock file's descriptor.
  public var lock: Int32?
  /// The path of the unix socket, where the program made it.
  public var ownedPath: String?
  /// Workers of the old image.
  public var leavingWorkers: [ProcessID]

  /// The text of the variable: four fields, separated by `|`; the path is the last one since it may hold anything.
  var encoded: String {
    let pids = leavingWorkers.map(String.init).joined(separator: ",")
    return "\(listener)|\(lock.map(String.init) ?? "")|\(pids)|\(ownedPath ?? "")"
  }

  init(listener: Int32, lock: Int32?, ownedPath: String?, leavingWorkers: [ProcessID]) {
    self.listener = listener
    self.lock = lock
    self.ownedPath = ownedPath
    self.leavingWorkers = leavingWorkers
  }

  init?(encoded: String) {
    let fields = encoded.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 4, let listener = Int32(fields[0]) else { return nil }
    self.init(
      listener: listener, lock: Int32(fields[1]), ownedPath: fields[3].isEmpty ? nil : String(fields[3]),
      leavingWorkers: fields[2].split(separator: ",").compactMap { ProcessID($0) })
  }

  /// Takes the hand-over out of the environment, so that no child sees it.
  public static func take() -> Handover? {
    guard let text = Environment.value(variable) else { return nil }
    Environment.remove(variable)
    return Handover(encoded: text)
  }
}

/// Where workers that leave put the connections that the web server keeps, for those of the next program image. It
/// passes to that image in a variable of its own, which an image that knows nothing of it ignores.
public enum KeptConnections {
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

/// The trial run of the settings that comes before a reload: the program is started with this variable, checks, and
/// exits.
public enum TrialRun {
  static let variable = "_VITRINE_TRIAL"

  /// Whether this process is such a trial.
  public static var isUnderWay: Bool { Environment.value(variable) != nil }
}
