internal import HTTPSemantics
internal import Posix
internal import Storage

/// How the settings of a bucket stand in its private folder.
extension BucketConfiguration {
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
