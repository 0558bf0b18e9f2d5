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

  /// Runs the command.
  /// - Parameter arguments: what stands after `vitrine archive`, byte for byte.
  /// - Returns: the exit status: 0 done, 1 failed, 2 wrong usage.
  public static func run(arguments: [[UInt8]]) -> Int32 {
    SignalSet.ignoreBrokenPipes()
    guard let surroundings = try? Surroundings.ofProcess() else { return 1 }
    return run(arguments: arguments, in: surroundings)
  }

  /// Runs the command.
  /// - Parameter arguments: what stands after `vitrine archive`.
  /// - Returns: the exit status: 0 done, 1 failed, 2 wrong usage.
  public static func run(arguments: [String]) -> Int32 {
    run(arguments: arguments.map { [UInt8]($0.utf8) })
  }

  static func run(arguments: [[UInt8]], in surroundings: Surroundings) -> Int32 {
    do throws(UsageError) {
      let options = try ArchiveOptions(arguments: arguments)
      if options.wantsHelp {
        do throws(Errno) {
          try surroundings.output.descriptor.writeAll([UInt8](help.utf8))
          return 0
        } catch {
          return 1
        }
      }
      let packing = try Packing(options, surroundings)
      return packing.run() ? 0 : 1
    } catch {
      surroundings.say("\(error.message) (vitrine archive --help says more)")
      return 2
    }
  }
}
