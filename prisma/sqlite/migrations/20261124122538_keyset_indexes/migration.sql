-- DropIndex
DROP INDEX "Run_queuedAt_idx";

-- DropIndex
DROP INDEX "Run_scheduleId_queuedAt_idx";

-- DropIndex
DROP INDEX "Run_repositoryId_queuedAt_idx";

-- DropIndex
DROP INDEX "Run_kind_queuedAt_idx";

-- DropIndex
DROP INDEX "Run_state_queuedAt_idx";

-- DropIndex
DROP INDEX "Snapshot_time_idx";

-- DropIndex
DROP INDEX "Snapshot_repositoryId_time_idx";

-- DropIndex
DROP INDEX "Snapshot_scheduleName_time_idx";

-- DropIndex
DROP INDEX "Restore_createdAt_idx";

-- DropIndex
DROP INDEX "Restore_requestedById_createdAt_idx";

-- DropIndex
DROP INDEX "Notification_userId_at_idx";

-- DropIndex
DROP INDEX "Notification_at_idx";

-- CreateIndex
CREATE INDEX "Run_queuedAt_id_idx" ON "Run"("queuedAt", "id");

-- CreateIndex
CREATE INDEX "Run_scheduleId_queuedAt_id_idx" ON "Run"("scheduleId", "queuedAt", "id");

-- CreateIndex
CREATE INDEX "Run_repositoryId_queuedAt_id_idx" ON "Run"("repositoryId", "queuedAt", "id");

-- CreateIndex
CREATE INDEX "Run_kind_queuedAt_id_idx" ON "Run"("kind", "queuedAt", "id");

-- CreateIndex
CREATE INDEX "Run_state_queuedAt_id_idx" ON "Run"("state", "queuedAt", "id");

-- CreateIndex
CREATE INDEX "Snapshot_time_id_idx" ON "Snapshot"("time", "id");

-- CreateIndex
CREATE INDEX "Snapshot_repositoryId_time_id_idx" ON "Snapshot"("repositoryId", "time", "id");

-- CreateIndex
CREATE INDEX "Snapshot_scheduleName_time_id_idx" ON "Snapshot"("scheduleName", "time", "id");

-- CreateIndex
CREATE INDEX "Snapshot_host_time_id_idx" ON "Snapshot"("host", "time", "id");

-- CreateIndex
CREATE INDEX "Restore_createdAt_id_idx" ON "Restore"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Restore_requestedById_createdAt_id_idx" ON "Restore"("requestedById", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Notification_userId_at_id_idx" ON "Notification"("userId", "at", "id");

-- CreateIndex
CREATE INDEX "Notification_at_id_idx" ON "Notification"("at", "id");
