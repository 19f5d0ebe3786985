//! Stands in for parts of storage that arrive within the hour.
use vestibule_domain::*;
use vestibule_storage::*;
#[derive(Debug)]
pub(crate) struct Verification {
    pub(crate) first_bad_seq: Option<u64>,
    pub(crate) events: u64,
    pub(crate) head: AuditHead,
}
#[allow(async_fn_in_trait, reason = "for an hour")]
pub(crate) trait PendingStore {
    fn execute(&self, job: Job) -> impl Future<Output = Result<Done, Fault>> + Send;
    fn consult<T: Send>(
        &self,
        organization: OrganizationId,
        question: impl Fn(&Directory) -> Result<T, Stop> + Send + Sync + 'static,
    ) -> impl Future<Output = Result<Result<T, Rejection>, Fault>> + Send;
    fn verify_audit(
        &self,
        organization: OrganizationId,
        known: Option<AuditHead>,
    ) -> impl Future<Output = Result<Verification, Fault>> + Send;
}
impl PendingStore for Store {
    fn execute(&self, _: Job) -> impl Future<Output = Result<Done, Fault>> + Send {
        std::future::pending()
    }
    fn consult<T: Send>(
        &self,
        _: OrganizationId,
        _: impl Fn(&Directory) -> Result<T, Stop> + Send + Sync + 'static,
    ) -> impl Future<Output = Result<Result<T, Rejection>, Fault>> + Send {
        std::future::pending()
    }
    fn verify_audit(
        &self,
        _: OrganizationId,
        _: Option<AuditHead>,
    ) -> impl Future<Output = Result<Verification, Fault>> + Send {
        std::future::pending()
    }
}
pub(crate) trait PendingWritten {
    fn user(&mut self, user: UserId, at: Timestamp) -> Result<Option<UserRow>, Fault>;
    fn member(&mut self, entity: EntityId, user: UserId) -> Result<Option<MemberRow>, Fault>;
    fn invitation(
        &mut self,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Option<InvitationRow>, Fault>;
}
impl PendingWritten for Written<'_> {
    fn user(&mut self, _: UserId, _: Timestamp) -> Result<Option<UserRow>, Fault> {
        Ok(None)
    }
    fn member(&mut self, _: EntityId, _: UserId) -> Result<Option<MemberRow>, Fault> {
        Ok(None)
    }
    fn invitation(
        &mut self,
        _: InvitationId,
        _: Timestamp,
    ) -> Result<Option<InvitationRow>, Fault> {
        Ok(None)
    }
}
