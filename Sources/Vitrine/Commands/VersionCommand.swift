internal import Database
internal import Digests
internal import HTTPTransfer
internal import Magic

/// The version of the program.
enum ProgramVersion {
  static let text = "0.1.0"
}

/// `vitrine version`.
enum VersionCommand {
  static let command = Command(
    name: "version", summary: "print the version, and those of the C libraries in use",
    help: "usage: vitrine version\n\nPrints the version, and those of the C libraries in use."
  ) { (_) throws(CommandFailure) in
    run()
  }

  private static func run() -> Int32 {
    Terminal.say(
      """
      vitrine \(ProgramVersion.text)
      zlib \(LibraryVersions.zlib)
      libcrypto \(LibraryVersions.libcrypto)
      libmagic \(MagicDatabase.version)
      SQLite \(LibraryVersion.sqlite)
      libfcgi 2.4 (wire format and listening socket)
      libcurl \(HTTPConnection.libraryVersion ?? "is not installed") (for vitrine check)
      """)
    return ExitStatus.done
  }
}
