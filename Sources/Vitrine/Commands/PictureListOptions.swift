internal import ArgumentParsing
internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Posix
internal import Storage

/// Which pictures `vitrine picture` lists, and how.
struct PictureListOptions: Sendable {
  private static let sort = CommandOption("--sort", .required("an order"))
  private static let json = CommandOption("--json")
  /// A condition of a search each.
  static let conditions = PictureCondition.allCases.map {
    CommandOption("--\($0.rawValue)", .required($0.expectation))
  }
  /// All of the options.
  static let all = conditions + [sort, json]

  private var query = PictureQuery(limit: 1_000, includesUnlisted: true)
  private let isJSON: Bool

  /// The conditions.
  var filter: PictureFilter { query.filter }

  /// Whether there are any.
  var hasConditions: Bool { query.filter != PictureFilter() }

  init(_ arguments: CommandArguments) throws(UsageError) {
    isJSON = arguments.value(Self.json.name) != nil
    for condition in PictureCondition.allCases {
      let option = "--\(condition.rawValue)"
      guard let text = arguments.value(option) else { continue }
      guard query.filter.add(condition, text) else {
        throw .unsuitableValue(option: option, expected: condition.expectation, given: text)
      }
    }
    guard let text = arguments.value(Self.sort.name) else { return }
    guard let order = PictureOrder(rawValue: text) else {
      let known = PictureOrder.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsuitableValue(option: Self.sort.name, expected: "one of \(known)", given: text)
    }
    query.order = order
  }

  /// Prints a line for each picture.
  @EventLoopActor
  func list(_ pictures: Pictures) async throws(StorageError) {
    var query = query
    repeat {
      let page = try await pictures.list(query)
      for picture in page.images { Terminal.say(isJSON ? Self.line(picture.moderationJSON) : Self.line(picture)) }
      query.after = page.next
    } while query.after != nil
  }

  /// Prints a line for each picture that is blocked.
  @EventLoopActor
  func listBlocked(_ pictures: Pictures) async throws(StorageError) {
    for picture in try await pictures.blockedPictures() {
      let (digest, moment) = (Hexadecimal.encode(picture.sha256), picture.blocked.seconds)
      guard isJSON else {
        Terminal.say("\(digest)  \(RFC3339.format(moment))  \(LineEscaping.escape(picture.name))")
        continue
      }
      let json: JSONValue = ["sha256": .string(digest), "name": .string(picture.name), "blocked": .int(moment)]
      Terminal.say(Self.line(json))
    }
  }

  /// Prints a line for each picture in the trash; the time is that at which it came there.
  @EventLoopActor
  func listTrash(_ pictures: Pictures) async throws(StorageError) {
    var after: PictureCursor?
    while true {
      let part = try await pictures.trashed(after: after, limit: 1_000)
      guard let last = part.last else { return }
      for entry in part {
        Terminal.say(
          isJSON ? Self.line(entry.moderationJSON) : Self.line(entry.picture, at: entry.trashedAt.seconds))
      }
      after = last.cursor
    }
  }

  /// Prints a line for each report, the oldest first.
  @EventLoopActor
  func listReports(_ pictures: Pictures) async throws(StorageError) {
    for reported in try await pictures.reportedPictures().reversed() {
      let original = reported.picture.originalName
      for report in reported.reports.reversed() {
        guard isJSON, case .object(let members) = report.moderationJSON else {
          let words = [
            report.picture.text, RFC3339.format(report.at.seconds), report.address, LineEscaping.escape(report.reason),
            LineEscaping.escape(original),
          ]
          Terminal.say(words.joined(separator: "  "))
          continue
        }
        Terminal.say(Self.line(.object(members + [.init(name: "original_name", value: .string(original))])))
      }
    }
  }

  private static func line(_ json: JSONValue) -> String { String(decoding: JSONWriter.write(json), as: UTF8.self) }

  private static func line(_ picture: PictureMetadata, at seconds: Int64? = nil) -> String {
    [
      picture.name.text, RFC3339.format(seconds ?? picture.uploadedAt.seconds), String(picture.content.size),
      picture.uploader ?? "-", Hexadecimal.encode(picture.content.sha256), LineEscaping.escape(picture.originalName),
    ].joined(separator: "  ")
  }
}
