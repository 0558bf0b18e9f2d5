internal import EventLoop
internal import HTTPSemantics
internal import S3Documents

/// All there is to an operation: its name, how requests ask for it, which action a policy has to allow, which parameters it
/// takes, and what carries it out.
struct S3OperationEntry: Sendable {
  /// What an address names, below the service itself.
  enum Scope: Hashable, Sendable {
    case bucket, object
  }

  /// Where an operation stands in S3's API: a method of a bucket or an object, or of one of their sub-resources.
  struct Route: Hashable, Sendable {
    var method: HTTPMethod
    var scope: Scope
    /// Nil for the bucket or the object itself.
    var resource: SubResource?

    init(_ method: HTTPMethod, _ scope: Scope, _ resource: SubResource? = nil) {
      self.method = method
      self.scope = scope
      self.resource = resource
    }
  }

  /// What carries an operation out.
  enum Handler: Sendable {
    /// For whoever may have it done with the bucket that the request names.
    case inBucket(@EventLoopActor @Sendable (OperationFamilies, S3Exchange, Bucket) async throws(S3Error) -> Void)
    /// It finds out by itself who may have it done.
    case alone(@EventLoopActor @Sendable (OperationFamilies, S3Exchange) async throws(S3Error) -> Void)
  }

  let operation: S3Operation
  /// The name in S3's API.
  let name: String
  /// None for one that differs from another by more than its position.
  let routes: [Route]
  let action: S3Action
  /// The parameters that it takes besides those of every request.
  let parameters: Set<String>
  /// Whether it is about a version of an object.
  let takesVersion: Bool
  let handler: Handler

  /// An operation that is done with a bucket or something in it.
  init(
    _ operation: S3Operation, _ name: String, _ routes: [Route], _ action: S3Action, parameters: Set<String> = [],
    takesVersion: Bool = false,
    _ perform:
      @escaping @EventLoopActor @Sendable (OperationFamilies, S3Exchange, Bucket) async throws(S3Error) -> Void
  ) {
    self.init(operation, name, routes, action, parameters, takesVersion, .inBucket(perform))
  }

  /// An operation that finds out by itself who may have it done.
  init(
    _ operation: S3Operation, _ name: String, _ routes: [Route], _ action: S3Action, parameters: Set<String> = [],
    alone perform: @escaping @EventLoopActor @Sendable (OperationFamilies, S3Exchange) async throws(S3Error) -> Void
  ) {
    self.init(operation, name, routes, action, parameters, false, .alone(perform))
  }

  private init(
    _ operation: S3Operation, _ name: String, _ routes: [Route], _ action: S3Action, _ parameters: Set<String>,
    _ takesVersion: Bool, _ handler: Handler
  ) {
    self.operation = operation
    self.name = name
    self.routes = routes
    self.action = action
    self.parameters = takesVersion ? parameters.union([SubResource.versionID.rawValue]) : parameters
    self.takesVersion = takesVersion
    self.handler = handler
  }
}
