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
           vitrine picture delete-all CONDITION… [--config FILE]
           vitrine picture block NAME|SHA256 [--config FILE]
           vitrine picture block-all CONDITION… [--config FILE]
           vitrine picture approve NAME [--config FILE]
           vitrine picture approve-all [CONDITION…] [--config FILE]
           vitrine picture unblock SHA256 [--config FILE]
           vitrine picture blocked [--json] [--config FILE]
           vitrine picture trash [--json] [--config FILE]
           vitrine picture restore NAME [--config FILE]
           vitrine picture restore-all [CONDITION…] [--config FILE]
           vitrine picture discard NAME [--config FILE]
           vitrine picture reports [--json] [--config FILE]
           vitrine picture dismiss NAME [--config FILE]

    Pictures by their stored names. `list` shows those for which all conditions hold, unlisted ones too: name, time, bytes,
    the address that it came from, SHA-256, original name; with --json an object of JSON on each line. Conditions:

      --name TEXT                        part of the original name, whatever the case, or the whole stored name
      --address ADDRESS                  where it came from
      --sha256 DIGEST                    its bytes
      --from TIME, --until TIME          when it came: days such as 2025-01-24, both included, or moments (RFC 3339); UTC
      --min-size SIZE, --max-size SIZE   its bytes, such as 300000 or 1MiB
      --visibility public|unlisted|queued
                                         whether it is in the catalogue, or waits for approval

    --sort is newest (unless given), oldest, largest or smallest. `delete` moves a picture to the trash, and `block` also
    all copies of it, which are refused from then on, by the SHA-256 of their bytes as they are stored; `blocked` lists
    these. `delete-all` and `block-all` do it with all for which the conditions hold. What is in the trash has no link; for
    a day `restore` brings it back to its own, unless it is blocked. `discard` removes it from there for good. With
    VITRINE_MODERATION=queue new pictures are unlisted until `approve` or `approve-all` lists them. `reports` lists what
    visitors reported: name, time, the address that it came from, the reason, original name; `dismiss` forgets what was
    reported of a picture. Changes are effective at once.
    """

  static let syntax = CommandSyntax(options: PictureListOptions.all + [.settingsFile], operands: .any)

  private static let conditions = Set(PictureListOptions.conditions.map(\.name)).union(["--config"])
  private static let actions = [
    CommandAction("list", options: conditions.union(["--sort", "--json"]), takesName: false),
    CommandAction("delete", options: ["--config"], takesName: true),
    CommandAction("delete-all", options: conditions, takesName: false),
    CommandAction("block", options: ["--config"], takesName: true),
    CommandAction("block-all", options: conditions, takesName: false),
    CommandAction("approve", options: ["--config"], takesName: true),
    CommandAction("approve-all", options: conditions, takesName: false),
    CommandAction("unblock", options: ["--config"], takesName: true),
    CommandAction("blocked", options: ["--json", "--config"], takesName: false),
    CommandAction("trash", options: ["--json", "--config"], takesName: false),
    CommandAction("restore", options: ["--config"], takesName: true),
    CommandAction("restore-all", options: conditions, takesName: false),
    CommandAction("discard", options: ["--config"], takesName: true),
    CommandAction("reports", options: ["--json", "--config"], takesName: false),
    CommandAction("dismiss", options: ["--config"], takesName: true),
  ]

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    // Wrong usage is reported whatever the settings say.
    let (action, name, listed) = try CommandFailure.ofUsage { () throws(UsageError) in
      let asked = try arguments.action(of: actions)
      let listed = try PictureListOptions(arguments)
      if ["delete-all", "block-all"].contains(asked.action.name), !listed.hasConditions {
        throw .unsuitableEnvironment("\(asked.action.name) needs a condition, such as --address")
      }
      return (asked.action.name, asked.name, listed)
    }
    let digest = Hexadecimal.decode(name.utf8, byteCount: SHA256.byteCount)
    if action == "unblock", digest == nil {
      throw .usage(.unsuitableOperand(expected: "a SHA-256, 64 digits as `picture blocked` lists them", given: name))
    }
    let settings = try arguments.settings(announcedBy: "picture")
    return try work(settings) { (pictures) throws(StorageError) in
      switch action {
      case "list": try await listed.list(pictures)
      case "blocked": try await listed.listBlocked(pictures)
      case "trash": try await listed.listTrash(pictures)
      case "reports": try await listed.listReports(pictures)
      case "delete-all": return try await deleteAll(listed.filter, pictures)
      case "block-all": return try await blockAll(listed.filter, pictures)
      case "approve-all": return try await approveAll(listed.filter, pictures)
      case "restore-all": return try await restoreAll(listed.filter, pictures)
      case "unblock": return try await unblock(digest ?? [], pictures)
      case "block": return try await block(name, digest, pictures)
      default: return try await moveOne(name, action, pictures)
      }
      return []
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

  /// Lists one picture, or moves it to the trash, out of it, or away for good.
  @EventLoopActor
  private static func moveOne(
    _ text: String, _ action: String, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    guard let name = StoredName(text) else { throw .noSuchKey }
    switch action {
    case "delete":
      guard let removed = try await pictures.trash([name]).first else { throw .noSuchKey }
      return [.pictureDeleted(name: removed.originalName)]
    case "approve":
      guard try await pictures.approve([name]).count == 1 else { throw .noSuchKey }
      return [.picturesApproved(count: 1)]
    case "restore":
      guard try await pictures.restore([name]).count == 1 else { throw .noSuchKey }
      return [.picturesRestored(count: 1)]
    case "dismiss":
      guard try await pictures.dismissReports(of: [name]).count == 1 else { throw .noSuchKey }
      return [.reportsDismissed(count: 1)]
    default:
      guard try await pictures.discardTrashed([name]).count == 1 else { throw .noSuchKey }
      return [.picturesDiscarded(count: 1)]
    }
  }

  @EventLoopActor
  private static func deleteAll(
    _ filter: PictureFilter, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    let removed = try await pictures.trash(try await pictures.names(of: filter, limit: .max))
    for picture in removed { Terminal.say(picture.name.text) }
    return removed.isEmpty ? [] : [.picturesTrashed(count: removed.count)]
  }

  @EventLoopActor
  private static func blockAll(
    _ filter: PictureFilter, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    let removed = try await pictures.block(try await pictures.names(of: filter, limit: .max))
    for picture in removed { Terminal.say(picture.name.text) }
    return removed.isEmpty ? [] : [.picturesBlocked(count: removed.count)]
  }

  @EventLoopActor
  private static func approveAll(
    _ filter: PictureFilter, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    // What is listed, or shall not be, does not wait.
    guard filter.visibility ?? .queued == .queued else { return [] }
    var filter = filter
    filter.visibility = .queued
    let approved = try await pictures.approve(try await pictures.names(of: filter, limit: .max))
    for picture in approved { Terminal.say(picture.name.text) }
    return approved.isEmpty ? [] : [.picturesApproved(count: approved.count)]
  }

  @EventLoopActor
  private static func restoreAll(
    _ filter: PictureFilter, _ pictures: Pictures
  ) async throws(StorageError) -> [ActivityEvent] {
    var names: [StoredName] = []
    var after: PictureCursor?
    while true {
      let part = try await pictures.trashed(after: after, limit: 1_000)
      guard let last = part.last else { break }
      names += part.map(\.picture).filter(filter.accepts).map(\.name)
      after = last.cursor
    }
    let restored = try await pictures.restore(names)
    for picture in restored { Terminal.say(picture.name.text) }
    return restored.isEmpty ? [] : [.picturesRestored(count: restored.count)]
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
