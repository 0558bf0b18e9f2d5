internal import Posix

extension OperatorLog {
  /// What a line begins with.
  public enum Style: Equatable, Sendable {
    /// A priority that journald reads and takes off: `<6>` (sd-daemon(3)).
    case journal
    /// Local time and level, for a terminal or a file.
    case timestamp

    /// The style for standard error.
    ///
    /// `JOURNAL_STREAM` holds device and inode of the journal's socket (systemd.exec(5)). It is inherited also by a
    /// process whose standard error was redirected to a file, hence the comparison.
    init(journalStream: String?, status: FileStatus?) {
      if let journalStream, let status, journalStream == "\(status.device):\(status.inode)" {
        self = .journal
      } else {
        self = .timestamp
      }
    }
  }
}
