public import HTTPSemantics

/// The parameters of a query that tell what a request is for: which sub-resource of a bucket or an object, and which part
/// of it. All others only page a listing, or sign.
///
/// One list for all who need it: operations are distinguished by it, and signatures of version 2 cover what is on it.
public enum SubResource: String, CaseIterable, Sendable {
  // Operations of S3 and of this server.
  case accelerate, acl, archive, attributes, cors, delete, encryption, lifecycle, location, logging, notification
  case objectLock = "object-lock"
  case ownershipControls, policy, policyStatus, publicAccessBlock, replication, requestPayment, tagging
  case uploadID = "uploadId"
  case uploads, versioning, versions, website

  // Operations of S3, MinIO and others that there are not.
  case abac, analytics, annotation, append, defaultObjectAcl, events
  case intelligentTiering = "intelligent-tiering"
  case inventory, lambdaArn
  case legalHold = "legal-hold"
  case metadataConfiguration, metadataInventoryTable, metadataJournalTable, metadataTable, metrics, renameObject
  case replicationCheck = "replication-check"
  case replicationMetrics = "replication-metrics"
  case replicationReset = "replication-reset"
  case replicationResetStatus = "replication-reset-status"
  case restore, retention, select, session, torrent

  // Which part, version or form of it.
  case member, name, partNumber
  case selectType = "select-type"
  case storageClass
  case versionID = "versionId"

  /// What a parameter does.
  public enum Role: Sendable {
    /// It names the operation.
    case operation
    /// It names one that there is not.
    case unsupported
    /// It narrows what the operation is about.
    case detail
  }

  /// What the parameter does.
  public var role: Role {
    switch self {
    case .accelerate, .acl, .archive, .attributes, .cors, .delete, .encryption, .lifecycle, .location, .logging,
      .notification, .objectLock, .ownershipControls, .policy, .policyStatus, .publicAccessBlock, .replication,
      .requestPayment, .tagging, .uploadID, .uploads, .versioning, .versions, .website:
      .operation
    case .abac, .analytics, .annotation, .append, .defaultObjectAcl, .events, .intelligentTiering, .inventory,
      .lambdaArn, .legalHold, .metadataConfiguration, .metadataInventoryTable, .metadataJournalTable, .metadataTable,
      .metrics, .renameObject, .replicationCheck, .replicationMetrics, .replicationReset, .replicationResetStatus,
      .restore, .retention, .select, .session, .torrent:
      .unsupported
    case .member, .name, .partNumber, .selectType, .storageClass, .versionID: .detail
    }
  }

  /// The names of all parameters that signature version 2 covers: these, and those that choose fields of the answer.
  public static let signedNames = Set(allCases.map(\.rawValue)).union(ResponseOverrides.parameterNames)

  /// Those of them that a query has, each once.
  public static func named(in query: QueryParameters) -> Set<SubResource> {
    Set(query.parameters.lazy.compactMap { SubResource(rawValue: String(decoding: $0.name, as: UTF8.self)) })
  }
}
