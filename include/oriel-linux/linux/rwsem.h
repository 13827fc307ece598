/* SPDX-License-Identifier: MIT */
/* Semaphores of many readers or one writer. */
#ifndef ORIEL_LINUX_RWSEM_H
#define ORIEL_LINUX_RWSEM_H

#include <linux/compiler.h>
#include <pthread.h>

struct rw_semaphore {
	pthread_rwlock_t lock;
};

#define __RWSEM_INITIALIZER(name) { PTHREAD_RWLOCK_INITIALIZER }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(sem) ((void)pthread_rwlock_init(&(sem)->lock, NULL))
#define down_read(sem) ((void)pthread_rwlock_rdlock(&(sem)->lock))
#define down_read_trylock(sem) (!pthread_rwlock_tryrdlock(&(sem)->lock))
#define up_read(sem) ((void)pthread_rwlock_unlock(&(sem)->lock))
#define down_write(sem) ((void)pthread_rwlock_wrlock(&(sem)->lock))
#define down_write_trylock(sem) (!pthread_rwlock_trywrlock(&(sem)->lock))
#define up_write(sem) ((void)pthread_rwlock_unlock(&(sem)->lock))

#endif
