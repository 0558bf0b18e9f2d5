internal import Database
internal import Digests
internal import Magic

/// The version of the program.
enum ProgramVersion {
  static let text = "0.1.0"
}

/// `vitrine version`.
enum VersionCommand {
  @Sendable static func run(_ arguments: [String]) -> Int32 {
    guard arguments.isEmpty else {
      Terminal.complain("vitrine version takes no arguments")
      return ExitStatus.usage
    }
    Terminal.say(
      """
      vitrine \(ProgramVersion.text)
      zlib \(LibraryVersions.zlib)
      libcrypto \(LibraryVersions.libcrypto)
      libmagic \(MagicDatabase.version)
      SQLite \(LibraryVersion.sqlite)
      libfcgi 2.4 (wire format and listening socket)
      """)
    return ExitStatus.done
  }
}
