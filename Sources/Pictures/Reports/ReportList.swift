internal import HTTPSemantics
internal import Posix
internal import Storage

/// The reports that nobody has dealt with yet. Anybody may add to them: what they take is bounded in each direction.
struct ReportList: Equatable, Sendable {
  /// All of them.
  static let limit = 1_000
  /// Of one picture: further ones would tell a moderator nothing new.
  static let limitOfPicture = 10
  /// Of one client network within a day.
  static let limitOfClient = 10
  /// Nanoseconds for which a report counts against its client.
  private static let day: Int64 = 86_400_000_000_000

  private(set) var reports: [PictureReport] = []

  /// Takes a report.
  mutating func add(_ report: PictureReport) -> ReportOutcome {
    let client = ClientNetwork.text(of: report.address)
    let ofPicture = reports.filter { $0.picture == report.picture }
    guard ofPicture.count < Self.limitOfPicture,
      !ofPicture.contains(where: { ClientNetwork.text(of: $0.address) == client })
    else { return .known }
    let since = report.at.totalNanoseconds - Self.day
    let ofClient = reports.count { $0.at.totalNanoseconds > since && ClientNetwork.text(of: $0.address) == client }
    guard ofClient < Self.limitOfClient else { return .tooMany }
    guard reports.count < Self.limit else { return .full }
    reports.append(report)
    return .noted
  }

  /// Forgets the reports of pictures.
  /// - Returns: the pictures that there were any of.
  mutating func remove(of pictures: Set<StoredName>) -> [StoredName] {
    let found = Set(reports.map(\.picture)).intersection(pictures)
    reports.removeAll { found.contains($0.picture) }
    return Array(found)
  }

  /// Reads the document; nil where it is damaged.
  init?(_ json: JSONValue) {
    guard let reports = json["reports"]?.recordList(limit: .max, { PictureReport($0) }) else { return nil }
    self.reports = reports
  }

  init() {}

  var json: JSONValue { ["v": 1, "reports": .array(reports.map(\.json))] }
}

/// What comes of a report.
public enum ReportOutcome: Equatable, Sendable {
  /// It is in the list.
  case noted
  /// It would say nothing new: the same client, or many others, have reported the picture.
  case known
  /// The client has reported too much.
  case tooMany
  /// There is no room for more before somebody has dealt with those that there are.
  case full
}
