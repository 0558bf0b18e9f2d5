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

/// The trial run of the settings that comes before a reload: the program is started with this variable, checks, and
/// exits.
public enum TrialRun {
  static let variable = "_VITRINE_TRIAL"

  /// Whether this process is such a trial.
  public static var isUnderWay: Bool { Environment.value(variable) != nil }
}
