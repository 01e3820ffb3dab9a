-- The audit trail is append-only for the database, too: events are added at the end, chained to the one before, and stay as they are.
CREATE TRIGGER "AuditEvent_append" BEFORE INSERT ON "AuditEvent"
BEGIN
    SELECT RAISE(ABORT, 'AuditEvent is append-only: the next event has the next number and the hash of the one before')
    WHERE NEW."seq" IS NOT (SELECT COALESCE(MAX("seq"), 0) + 1 FROM "AuditEvent")
       OR NEW."previousHash" IS NOT COALESCE((SELECT "hash" FROM "AuditEvent" ORDER BY "seq" DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000');
END;

CREATE TRIGGER "AuditEvent_no_update" BEFORE UPDATE ON "AuditEvent"
BEGIN
    SELECT RAISE(ABORT, 'AuditEvent is append-only: an event is never changed');
END;

CREATE TRIGGER "AuditEvent_no_delete" BEFORE DELETE ON "AuditEvent"
BEGIN
    SELECT RAISE(ABORT, 'AuditEvent is append-only: an event is never deleted');
END;

-- For the list by area, the part of the action before its first dot ("schedule" of "schedule.update"), and by kind of target.
CREATE INDEX "AuditEvent_area_at_seq_idx" ON "AuditEvent"(substr("action", 1, instr("action" || '.', '.') - 1), "at", "seq");
CREATE INDEX "AuditEvent_targetKind_at_seq_idx" ON "AuditEvent"("targetKind", "at", "seq");
