internal import HTTPSemantics
public import Posix

/// What is set for a bucket. It stands in the bucket's private folder, so that it goes with the files.
public struct BucketConfiguration: Equatable, Sendable {
  /// The account that made it.
  public var owner: String
  /// When it was made.
  public var created: Timestamp
  /// The canned access control list.
  public var acl: String
  /// The region that its maker asked for; nil for the store's own.
  public var location: String?
  /// Documents that were put as they are, by kind: `policy`, `cors`, `tagging`, ….
  public var documents: [String: String]

  /// The configuration of a new bucket.
  public init(owner: String, created: Timestamp, acl: String = "private") {
    self.owner = owner
    self.created = created
    self.acl = acl
    documents = [:]
  }

  var json: JSONValue {
    .object([
      .init(name: "v", value: 1),
      .init(name: "owner", value: .string(owner)),
      .init(name: "created", value: .int(created.totalNanoseconds)),
      .init(name: "acl", value: .string(acl)),
      .init(name: "location", value: location.map { .string($0) } ?? .null),
      .init(
        name: "documents",
        value: .object(
          documents.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })),
    ])
  }

  /// Reads a configuration; nil where anything of it is not as it should be: a policy that cannot be read must not pass
  /// for none.
  init?(_ json: JSONValue) {
    guard let owner = json["owner"]?.stringValue, let created = json["created"]?.intValue else { return nil }
    self.init(
      owner: owner, created: Timestamp(totalNanoseconds: created), acl: json["acl"]?.stringValue ?? "private")
    switch json["acl"] {
    case .string?, nil: break
    default: return nil
    }
    switch json["location"] {
    case .string(let text)?: location = text
    case .null?, nil: break
    default: return nil
    }
    switch json["documents"] {
    case .object(let members)?:
      for member in members {
        guard let text = member.value.stringValue, documents.updateValue(text, forKey: member.name) == nil else {
          return nil
        }
      }
    case nil: break
    default: return nil
    }
  }
}
