internal import ArgumentParsing
internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Magic
internal import Pictures
internal import Posix
internal import ProgramSettings
internal import Storage

/// `vitrine picture`: the operator's hand on the pictures of the image host.
enum PictureCommand {
  static let help = """
    usage: vitrine picture list [CONDITION…] [--sort ORDER] [--json] [--config FILE]
           vitrine picture delete NAME [--config FILE]
           vitrine picture block NAME|SHA256 [--config FILE]
           vitrine picture unblock SHA256 [--config FILE]
           vitrine picture blocked [--config FILE]

    Pictures by their stored names. `list` shows those for which all conditions hold, unlisted ones too: name, time, bytes,
    the address that it came from, SHA-256, original name; with --json an object of JSON on each line. Conditions:

      --name TEXT                        part of the original name, whatever the case, or the whole stored name
      --address ADDRESS                  where it came from
      --sha256 DIGEST                    its bytes
      --from TIME, --until TIME          when it came: days such as 2025-01-24, both included, or moments (RFC 3339); UTC
      --min-size SIZE, --max-size SIZE   its bytes, such as 300000 or 1MiB
      --visibility public|unlisted       whether it is in the catalogue

    --sort is newest (unless given), oldest, largest or smallest. `block` deletes a picture and all copies of it, and refuses it from then on,
    by the SHA-256 of its bytes as they are stored; `blocked` lists these. Changes are effective at once.
    """

  static let syntax = CommandSyntax(options: PictureListOptions.all + [.settingsFile], operands: .any)

  private static let actions = [
    CommandAction(
      "list", options: Set(PictureListOptions.all.map(\.name)).union(["--config"]), takesName: false),
    CommandAction("delete", options: ["--config"], takesName: true),
    CommandAction("block", options: ["--config"], takesName: true),
    CommandAction("unblock", options: ["--config"], takesName: true),
    CommandAction("blocked", options: ["--config"], takesName: false),
  ]

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    // Wrong usage is reported whatever the settings say.
    let (action, name, listed) = try CommandFailure.ofUsage { () throws(UsageError) in
      let asked = try arguments.action(of: actions)
      return (asked.action, asked.name, try PictureListOptions(arguments))
    }
    let digest = Hexadecimal.decode(name.utf8, byteCount: SHA256.byteCount)
    if action.name == "unblock", digest == nil {
      throw .usage(.unsuitableOperand(expected: "a SHA-256, 64 digits as `picture blocked` lists them", given: name))
    }
    let settings = try arguments.settings(announcedBy: "picture")
    switch action.name {
    case "list":
      return try work(settings) { (pictures) throws(StorageError) in
        try await listed.list(pictures)
        return []
      }
    case "blocked": return try work(settings, listBlocked)
    case "delete": return try work(settings) { (pictures) throws(StorageError) in try await delete(name, pictures) }
    case "block":
      return try work(settings) { (pictures) throws(StorageError) in try await block(name, digest, pictures) }
    default:
      return try work(settings) { (pictures) throws(StorageError) in try await unblock(digest ?? [], pictures) }
    }
  }

  private typealias Action = @EventLoopActor @Sendable (Pictures) async throws(StorageError) -> [ActivityEvent]

  /// Opens the storage, does something with it, and notes what was done.
  private static func work(_ settings: Settings, _ action: @escaping Action) throws(CommandFailure) -> Int32 {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { throw .failed(problem) }
    do {
      let magic = try MagicDatabase()
      return try LoopedCommand.run {
        do {
          let pool = BlockingPool(name: "store", limit: 1)
          let workspace = try Workspace(settings, magic, pool: pool, OperatorLog(level: settings.level))
          try await workspace.shared?.prepare()
          for event in try await action(workspace.pictures(settings, magic)) { workspace.activity.record(event) }
          return ExitStatus.done
        } catch StorageError.noSuchKey {
          return failed("there is none of that name")
        } catch {
          return failed("\(error)")
        }
      }
    } catch {
      throw .failed("\(error)")
    }
  }

  @EventLoopActor
  private static func listBlocked(_ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    for picture in try await pictures.blockedPictures() {
      Terminal.say(
        [
          Hexadecimal.encode(picture.sha256), RFC3339.format(picture.blocked.seconds),
          LineEscaping.escape(picture.name),
        ].joined(separator: "  "))
    }
    return []
  }

  @EventLoopActor
  private static func delete(_ text: String, _ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    guard let name = StoredName(text) else { throw .noSuchKey }
    return [.pictureDeleted(name: try await pictures.delete(name).originalName)]
  }

  /// Blocks the picture of a name, or the bytes of a digest.
  @EventLoopActor
  private static func block(
    _ text: String, _ digest: [UInt8]?, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    if let digest { return [.pictureBlocked(name: text, copies: try await pictures.block(sha256: digest).count)] }
    guard let name = StoredName(text) else { throw .noSuchKey }
    let removed = try await pictures.block(name)
    return [.pictureBlocked(name: removed.first?.originalName ?? text, copies: removed.count)]
  }

  @EventLoopActor
  private static func unblock(_ digest: [UInt8], _ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    try await pictures.unblock(sha256: digest)
    return [.pictureUnblocked(digest: Hexadecimal.encode(digest))]
  }

  /// Says on the loop that the command failed.
  private static func failed(_ reason: String) -> Int32 {
    Terminal.complain("vitrine picture: \(reason)")
    return ExitStatus.failed
  }
}
