-- CreateIndex
CREATE INDEX "Snapshot_repositoryId_verifyState_time_idx" ON "Snapshot"("repositoryId", "verifyState", "time");

-- CreateIndex
CREATE INDEX "Snapshot_repositoryId_verifiedAt_time_idx" ON "Snapshot"("repositoryId", "verifiedAt", "time");
