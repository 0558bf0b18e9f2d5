internal import CLinux
internal import Glibc

/// What a process may use up at most; for one that is about to execute a program which reads untrusted input.
public struct Confinement: Equatable, Sendable {
  /// Address space, in bytes.
  public var memory: UInt64
  /// Processor time, in seconds.
  public var processorSeconds: UInt64
  /// Length of a file that it writes, in bytes.
  public var fileSize: UInt64
  /// Open descriptors.
  public var descriptors: UInt64
  /// How much it stands back behind others (nice(2)).
  public var niceness: Int32

  /// Limits.
  public init(memory: UInt64, processorSeconds: UInt64, fileSize: UInt64, descriptors: UInt64, niceness: Int32) {
    self.memory = memory
    self.processorSeconds = processorSeconds
    self.fileSize = fileSize
    self.descriptors = descriptors
    self.niceness = niceness
  }

  /// Confines this process, and what it executes, for good: the limits, no network where the system lets one give it up,
  /// no privileges from set-user-ID files, no life without its parent.
  public func apply() throws(Errno) {
    try limit(RLIMIT_AS, to: memory)
    try limit(RLIMIT_CPU, to: processorSeconds)
    try limit(RLIMIT_FSIZE, to: fileSize)
    try limit(RLIMIT_NOFILE, to: descriptors)
    try limit(RLIMIT_CORE, to: 0)
    _ = nice(niceness)
    // Root may leave the network; others need a user namespace for it, which a hardened service may be denied.
    if vitrine_leave_network(0) != 0 { _ = vitrine_leave_network(1) }
    try checked { vitrine_set_no_new_privileges() }
    ProcessControl.dieWithParent(.kill)
  }

  private func limit(_ resource: __rlimit_resource, to value: UInt64) throws(Errno) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    try checked { unsafe setrlimit(Int32(resource.rawValue), &limit) }
  }
}
