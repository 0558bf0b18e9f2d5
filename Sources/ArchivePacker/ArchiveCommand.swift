public import ArgumentParsing
internal import Posix

/// `vitrine archive`: packs files and folders into a zip archive.
public enum ArchiveCommand {
  /// What `vitrine archive --help` prints.
  public static let help = """
    Usage: vitrine archive [OPTION]... FILE... [--save NAME]

    Packs files and folders into a zip archive. Folders are packed whole, with hidden files.

      --save NAME      save the archive as NAME, replacing an older one when all is packed;
                       without it the archive goes to standard output, unless that is a terminal
      -0 ... -9        compression: -0 stores everything, -1 is the fastest, -9 makes the
                       smallest archive; default -6. A file that would not shrink by 2 %,
                       such as a picture, is stored
      --reproducible   the same archive for the same names and contents: sorted names, one
                       time for all ($SOURCE_DATE_EPOCH, or 1980-01-01), modes 644 and 755
      --portable-names names that Windows, macOS and Linux can all unpack, as the archives of
                       photo folders have them: "12:30.jpg" becomes "12_30.jpg"
      --help           this text
      --               what follows are files, whatever they look like

    Names are kept as given, without a leading "/" and without "..". A symbolic link that is
    named here is followed; in folders, symbolic links, devices, pipes and sockets are left
    out, and so is the archive itself. A file that cannot be read, or that changes while it
    is read, fails the whole: no archive is left behind.

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """

  /// What may stand on its command line.
  public static let syntax = ArchiveOptions.syntax

  /// Runs the command.
  /// - Returns: whether there is an archive now; what is wrong has been said on standard error.
  public static func run(_ arguments: CommandArguments) throws(UsageError) -> Bool {
    SignalSet.ignoreBrokenPipes()
    guard let dependencies = try? Dependencies.ofProcess() else { return false }
    return try run(arguments, in: dependencies)
  }

  static func run(_ arguments: CommandArguments, in dependencies: Dependencies) throws(UsageError) -> Bool {
    try Packing(try ArchiveOptions(arguments), dependencies).run()
  }
}
