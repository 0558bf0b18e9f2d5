public import HTTPSemantics
public import Posix
public import Storage

/// That a visitor finds something wrong with a picture.
public struct PictureReport: Equatable, Sendable {
  /// The most characters of a reason.
  public static let reasonLimit = 500

  /// The picture.
  public var picture: StoredName
  /// What is wrong with it, in the visitor's words.
  public var reason: String
  /// The address that it came from; only the operator gets to see it.
  public var address: String
  /// When it came.
  public var at: Timestamp

  /// A report.
  public init(picture: StoredName, reason: String, address: String, at: Timestamp) {
    self.picture = picture
    self.reason = reason
    self.address = address
    self.at = at
  }

  /// What a moderator gets to see of it.
  public var moderationJSON: JSONValue {
    [
      "name": .string(picture.text), "reason": .string(reason), "address": .string(address),
      "reported": .int(at.seconds),
    ]
  }

  var json: JSONValue {
    [
      "picture": .string(picture.text), "reason": .string(reason), "from": .string(address),
      "at": .int(at.totalNanoseconds),
    ]
  }

  init?(_ json: JSONValue) {
    guard let picture = json["picture"]?.stringValue.flatMap({ StoredName($0) }),
      let reason = json["reason"]?.stringValue, let address = json["from"]?.stringValue, let at = json["at"]?.intValue
    else { return nil }
    self.init(picture: picture, reason: reason, address: address, at: Timestamp(totalNanoseconds: at))
  }
}

/// A picture with what was reported of it.
public struct ReportedPicture: Equatable, Sendable {
  /// What is known of it.
  public var picture: PictureMetadata
  /// The reports, the newest first.
  public var reports: [PictureReport]

  /// Its place among the others: that of its newest report.
  public var cursor: PictureCursor {
    PictureCursor(position: reports.first?.at.totalNanoseconds ?? 0, name: picture.name.text)
  }
}
